using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Transcoding.Tests.Workers;

/// <summary>Workers that lose touch with the queue: the job is done, once, whatever they believe.</summary>
public sealed class LeaseTests(MediaFiles files) : IAsyncLifetime
{
    private readonly PoolHarness _harness = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Worker_that_cannot_renew_stops_and_another_takes_over()
    {
        var script = _harness.Script("ffmpeg", "echo frame=1; echo out_time_us=500000; echo progress=continue; exec sleep 1000");
        var cutOff = new TamperedQueue(_harness.Queue);
        var silent = new RecordingProgress();
        var first = await _harness.StartAsync(
            options => (options.FfmpegPath, options.LeaseTime) = (script, TimeSpan.FromSeconds(3)), cutOff, silent);
        var job = _harness.Submit(files.Clip);
        await silent.WaitForAsync<JobProgress>(static report => report is { Stage: JobStage.Transcode, StagePercent: > 0 });
        cutOff.OnLease = static () => new IOException("the queue is away");
        cutOff.OnRenew = static () => throw new IOException("the queue is away");

        await _harness.StartAsync();
        await _harness.CompleteAsync(job);
        await first.StopAsync(default);

        // A machine that was busy elsewhere may have cost the first worker a lease before.
        var attempt = silent.Reports.Max(static report => report.Attempt);
        Assert.Equal(attempt + 1, _harness.Progress.Events.OfType<JobCompleted>().Single().Job.Attempt);
        Assert.DoesNotContain(silent.Events, static happened => happened is JobCompleted or JobFailed or JobCancelled or JobRequeued);
        Assert.Empty(LiveProcesses.WithArgument(script));
        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Worker_that_comes_back_too_late_settles_nothing_and_takes_its_files_away()
    {
        var secondIsDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TamperedQueue(_harness.Queue)
        {
            OnRenew = static () => new(LeaseState.Held),
            BeforeComplete = _ => secondIsDone.Task,
        };
        var silent = new RecordingProgress();
        var first = await _harness.StartAsync(static options => options.LeaseTime = TimeSpan.FromMilliseconds(500), late, silent);
        var job = _harness.Submit(files.Clip);
        await silent.WaitForAsync<JobProgress>(static report => report.Stage == JobStage.Notification);
        late.OnLease = static () => new IOException("enough");

        await _harness.StartAsync();
        var result = await _harness.CompleteAsync(job);
        secondIsDone.SetResult();
        await first.StopAsync(default);

        Assert.DoesNotContain(silent.Events, static happened => happened is JobCompleted or JobFailed or JobCancelled or JobRequeued);
        Assert.True(File.Exists(result.Main.Path));
        Assert.Equal(Path.GetDirectoryName(result.Main.Path), Assert.Single(Directory.GetDirectories(job.OutputDirectory)));
    }

    [Fact]
    public async Task Answer_that_was_lost_on_the_way_does_not_take_a_stored_result_away()
    {
        var calls = 0;
        var lossy = new TamperedQueue(_harness.Queue)
        {
            AfterComplete = state => Interlocked.Increment(ref calls) == 1 ? throw new IOException("no answer") : state,
        };
        var pool = await _harness.StartAsync(queue: lossy);
        var job = _harness.Submit(files.Clip);
        await _harness.Progress.WaitForAsync<JobProgress>(static report => report.Stage == JobStage.Notification);
        await pool.StopAsync(default);

        Assert.Equal(2, calls);
        Assert.True(File.Exists(Path.Combine(Assert.Single(Directory.GetDirectories(job.OutputDirectory)), "video.mp4")));
        Assert.Equal(CancelRequest.NotFound, _harness.Queue.RequestCancel(job.Id));
    }

    [Fact]
    public async Task Job_whose_workers_all_died_comes_to_an_end()
    {
        var job = _harness.Submit(files.Clip);
        for (var death = 0; death < 2; death++)
            Assert.NotNull(await LeaseAndDieAsync());

        await _harness.StartAsync(static options => options.MaxAttempts = 2);

        var error = await _harness.FailAsync(job);
        Assert.Equal(("attempts-exhausted", false), (error.Code, error.Retryable));
    }

    [Fact]
    public async Task Job_cancelled_while_its_worker_was_dead_is_cancelled_by_the_next()
    {
        var job = _harness.Submit(files.Clip);
        var lease = await _harness.Queue.LeaseAsync("dead", TimeSpan.FromMilliseconds(200), default);
        Assert.NotNull(lease);
        Assert.Equal(CancelRequest.Signalled, _harness.Queue.RequestCancel(job.Id));

        await _harness.StartAsync();

        Assert.IsType<JobCancelled>(await _harness.Progress.WaitForEndAsync(job.Id));
        Assert.Empty(_harness.Progress.Reports);
    }

    [Fact]
    public async Task Queue_that_throws_does_not_end_the_worker()
    {
        var failures = 1;
        var shaky = new TamperedQueue(_harness.Queue) { OnLease = () => Interlocked.Decrement(ref failures) >= 0 ? new IOException("away") : null };
        await _harness.StartAsync(queue: shaky);
        await _harness.CompleteAsync(_harness.Submit(files.Clip));
    }

    [Fact]
    public async Task Lease_id_that_is_no_name_fails_the_attempt_not_the_worker()
    {
        var hostile = new LeasedJob("../../etc", SampleJob.Named("x") with { InputPath = files.Clip }, "w", DateTimeOffset.MaxValue);
        Assert.Throws<ArgumentException>(() => Gateway.Transcoding.Workers.AttemptDirectory.Create(
            _harness.WorkDirectory, hostile.LeaseId, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
        await _harness.StartAsync();
        await _harness.CompleteAsync(_harness.Submit(files.Clip));
    }

    private async Task<LeasedJob?> LeaseAndDieAsync()
    {
        while (true)
        {
            if (await _harness.Queue.LeaseAsync("dead", TimeSpan.FromMilliseconds(100), default) is { } lease)
                return lease;

            await _harness.Queue.WaitForWorkAsync(TimeSpan.FromMinutes(1), default);
        }
    }
}
