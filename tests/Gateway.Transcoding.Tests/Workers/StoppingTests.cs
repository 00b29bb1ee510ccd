using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Transcoding.Tests.Workers;

/// <summary>Cancel, shutdown and death of the process, in the middle of a job.</summary>
public sealed class StoppingTests(MediaFiles files) : IAsyncLifetime
{
    // Shows a first sign of progress, then hangs, holding what the real one would: a process and a half-written file. It waits on a pipe that nobody
    // writes to, and not for a child: a fork that has not become its program yet shows the same command line as its parent.
    private const string Hanging = """
        for last in "$@"; do :; done; echo half > "${last#file:}"; mkfifo "$0.fifo" 2>/dev/null
        echo frame=1; echo out_time_us=500000; echo progress=continue; read never < "$0.fifo"
        """;

    private readonly PoolHarness _harness = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_in_the_middle_leaves_neither_process_nor_file(bool byShortCut)
    {
        var pool = await _harness.StartAsync(static options => (options.LeaseTime, options.Niceness) = (TimeSpan.FromMilliseconds(900), 10));
        var job = _harness.Submit(files.Endless, JobPreset.Mp41080p);
        await UnderWayAsync();
        var process = Assert.Single(LiveProcesses.WithArgument(_harness.WorkDirectory));
        Assert.Equal(Math.Min(19, LiveProcesses.Niceness(Environment.ProcessId) + 10), LiveProcesses.Niceness(process));
        Assert.NotEmpty(_harness.Leftovers);

        Assert.Equal(CancelRequest.Signalled, _harness.Queue.RequestCancel(job.Id));
        if (byShortCut)
            Assert.True(pool.TryCancel(job.Id));

        Assert.IsType<JobCancelled>(await _harness.Progress.WaitForEndAsync(job.Id));
        AssertNothingLeft(job);
        var row = _harness.Progress.Operations[^1];
        Assert.Equal(("transcode", OperationStatus.Cancelled, "cancelled"), (row.Operation, row.Status, row.Metadata["reason"]));
        Assert.Equal(CancelRequest.NotFound, _harness.Queue.RequestCancel(job.Id));
    }

    [Fact]
    public async Task Shutdown_in_the_middle_releases_the_job_and_a_second_pool_completes_it()
    {
        var script = _harness.Script("ffmpeg", Hanging);
        var first = await _harness.StartAsync(options => options.FfmpegPath = script);
        var job = _harness.Submit(files.Clip);
        await UnderWayAsync();

        await first.StopAsync(default);

        var requeued = Assert.Single(_harness.Progress.Events.OfType<JobRequeued>());
        Assert.Equal((null, 1), (requeued.Error, requeued.Job.Attempt));
        Assert.Equal(1, _harness.Queue.Depth);
        Assert.Equal(0, first.ActiveJobs);
        AssertNothingLeft(job);

        await _harness.StartAsync();
        await _harness.CompleteAsync(job);
        Assert.Equal(1, _harness.Progress.Events.OfType<JobCompleted>().Single().Job.Attempt);
    }

    [Fact]
    public async Task Shutdown_beyond_its_deadline_kills_what_runs()
    {
        var script = _harness.Script("ffmpeg", "trap '' TERM; " + Hanging);
        var pool = await _harness.StartAsync(options => (options.FfmpegPath, options.KillGrace) = (script, TimeSpan.FromMinutes(1)));
        _harness.Submit(files.Clip);
        await UnderWayAsync();

        await pool.StopAsync(new CancellationToken(canceled: true));

        Assert.Empty(LiveProcesses.WithArgument(script));
        Assert.Empty(_harness.Leftovers);
        Assert.Equal(0, pool.ActiveJobs);
    }

    [Fact]
    public async Task Stop_of_an_idle_pool_ends_at_once_and_leases_no_more()
    {
        var pool = await _harness.StartAsync(static options => options.Workers = 4);
        await pool.StopAsync(default);
        _harness.Submit(files.Clip);
        Assert.Equal(1, _harness.Queue.Depth);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.StartAsync(default));
    }

    [Fact]
    public async Task Host_killed_ends_ffmpeg_and_the_next_start_sweeps_its_files()
    {
        var ffmpeg = await KillHostAsync(files.Endless, "ffmpeg", endWithHost: true);
        await LiveProcesses.WaitForEndAsync(ffmpeg);
        Assert.NotEmpty(_harness.Leftovers);

        await _harness.StartAsync();

        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Host_killed_where_the_kernel_does_not_help_the_next_start_ends_the_orphan()
    {
        var orphan = await KillHostAsync(files.Clip, _harness.Script("ffmpeg", Hanging), endWithHost: false);
        Assert.True(LiveProcesses.IsAlive(orphan));

        await _harness.StartAsync();

        await LiveProcesses.WaitForEndAsync(orphan);
        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Start_leaves_alone_what_another_pool_is_working_on_and_what_is_not_ours()
    {
        var script = _harness.Script("ffmpeg", Hanging);
        await _harness.StartAsync(options => options.FfmpegPath = script);
        _harness.Submit(files.Clip);
        await UnderWayAsync();
        var foreign = Directory.CreateDirectory(Path.Combine(_harness.WorkDirectory, "somebody-elses")).FullName;
        var before = _harness.Leftovers.Order().ToArray();

        await _harness.StartAsync();

        Assert.Equal(before, _harness.Leftovers.Order());
        Assert.True(Directory.Exists(foreign));
        Assert.Single(LiveProcesses.WithArgument(script));
    }

    /// <summary>Kills a host with SIGKILL in the middle of a job; returns the process that is or was its ffmpeg.</summary>
    private async Task<int> KillHostAsync(string input, string ffmpeg, bool endWithHost)
    {
        var root = Path.GetDirectoryName(_harness.WorkDirectory)!;
        using var host = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "dotnet", [typeof(StoppingTests).Assembly.Location, "--doomed-host", root, input, ffmpeg, endWithHost.ToString()])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        try
        {
            Assert.Equal("running", await host.StandardOutput.ReadLineAsync());
            return Assert.Single(LiveProcesses.WithArgument(_harness.WorkDirectory));
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync();
        }
    }

    private Task<JobProgress> UnderWayAsync() => _harness.Progress.WaitForAsync<JobProgress>(static report => report is { Stage: JobStage.Transcode, StagePercent: > 0 });

    private void AssertNothingLeft(TranscodeJob job)
    {
        Assert.Empty(LiveProcesses.WithArgument(_harness.WorkDirectory));
        Assert.Empty(_harness.Leftovers);
        Assert.False(Directory.Exists(job.OutputDirectory));
    }
}
