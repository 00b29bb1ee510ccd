namespace Gateway.Transcoding.Workers;

/// <summary>The attempts of this process. Written by the workers, read by whoever wants to stop one or all.</summary>
internal sealed class RunningJobs
{
    private readonly Lock _lock = new();
    private readonly List<JobRun> _runs = [];
    private bool _isStopping;

    public int Count
    {
        get
        {
            lock (_lock)
                return _runs.Count;
        }
    }

    /// <summary>A job that was leased while the pool began to stop is stopped at once.</summary>
    public void Add(JobRun run)
    {
        lock (_lock)
        {
            _runs.Add(run);
            if (_isStopping)
                run.RequestStop(StopReason.Shutdown);
        }
    }

    public void Remove(JobRun run)
    {
        lock (_lock)
            _runs.Remove(run);
    }

    public bool TryCancel(string jobId)
    {
        JobRun? found;
        lock (_lock)
            found = _runs.Find(run => run.Job.Id == jobId);

        found?.RequestStop(StopReason.Cancelled);
        return found is not null;
    }

    /// <summary>Returns how many there were.</summary>
    public int StopAll()
    {
        JobRun[] all;
        lock (_lock)
        {
            _isStopping = true;
            all = [.. _runs];
        }

        foreach (var run in all)
            run.RequestStop(StopReason.Shutdown);

        return all.Length;
    }
}
