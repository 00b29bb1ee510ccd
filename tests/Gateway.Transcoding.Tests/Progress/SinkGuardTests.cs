using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Progress;

public sealed class SinkGuardTests
{
    private static readonly JobProgress Reading = new() { JobId = "a", Attempt = 1, Stage = JobStage.Intake, Percent = 1, StagePercent = 0, Message = "" };

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Call_that_throws_is_left_behind()
    {
        var sink = new FaultySink(static () => throw new InvalidOperationException("no"));
        await Guard(sink).ReportAsync(Reading);
        Assert.Equal(1, sink.Calls);
    }

    [Fact]
    public async Task Call_that_hangs_is_left_behind_after_its_time_and_readings_are_dropped_until_it_ends()
    {
        var release = new TaskCompletionSource();
        var sink = new FaultySink(() => new ValueTask(release.Task));
        var guard = Guard(sink);
        var first = guard.ReportAsync(Reading);
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        await first.WaitAsync(TimeSpan.FromSeconds(60));

        await guard.ReportAsync(Reading);
        Assert.Equal(1, sink.Calls);

        // A terminal event waits for the call before it: the order stays.
        var terminal = guard.CancelledAsync(new JobCancelled(SampleJob.Named("a"), "w1"));
        Assert.Equal(1, sink.Calls);
        release.SetResult();
        await terminal.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, sink.Calls);
    }

    private SinkGuard Guard(ITranscodeProgress sink) => new(sink, "a", TimeSpan.FromSeconds(5), _time, NullLogger.Instance);

    private sealed class FaultySink(Func<ValueTask> call) : ITranscodeProgress
    {
        public int Calls { get; private set; }

        public ValueTask ReportAsync(JobProgress progress, CancellationToken cancellationToken) => Call();

        public ValueTask RecordAsync(JobOperation operation, CancellationToken cancellationToken) => Call();

        public ValueTask CompletedAsync(JobCompleted completed, CancellationToken cancellationToken) => Call();

        public ValueTask FailedAsync(JobFailed failed, CancellationToken cancellationToken) => Call();

        public ValueTask CancelledAsync(JobCancelled cancelled, CancellationToken cancellationToken) => Call();

        public ValueTask RequeuedAsync(JobRequeued requeued, CancellationToken cancellationToken) => Call();

        private ValueTask Call()
        {
            Calls++;
            return call();
        }
    }
}
