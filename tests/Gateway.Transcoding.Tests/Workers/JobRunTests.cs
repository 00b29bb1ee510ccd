using System.Diagnostics.Metrics;
using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Workers;

public sealed class JobRunTests
{
    [Fact]
    public async Task RunAsync_whose_heartbeat_fails_is_counted_as_ended()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        int? activeCount = null;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => activeCount = value);
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "gateway.transcoding.jobs.active" && ReferenceEquals(instrument.Meter.Scope, meters))
                self.EnableMeasurementEvents(instrument);
        };
        listener.Start();

        var queue = new InMemoryTranscodeQueue();
        using var metrics = new TranscodingMetrics(queue, 1, meters);
        var options = new TranscodingOptions();
        var time = new OneBrokenTimer();
        var services = new WorkerServices(
            queue, new RecordingProgress(), options, new ToolHost(options, time, NullLogger.Instance), metrics, time, NullLogger.Instance);

        // It is to be cancelled, so the attempt ends at once and touches no file.
        var lease = new LeasedJob("lease", SampleJob.Named("job"), "worker", DateTimeOffset.MaxValue, CancelRequested: true);
        using var run = new JobRun(services, lease);
        await Assert.ThrowsAsync<IOException>(() => run.RunAsync(default));
        listener.RecordObservableInstruments();
        Assert.Equal(0, activeCount);
    }

    /// <summary>The first timer, which is the heartbeat's, cannot be ended.</summary>
    private sealed class OneBrokenTimer : TimeProvider
    {
        private int _count;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            return Interlocked.Increment(ref _count) == 1 ? new EndlessTimer(timer) : timer;
        }
    }

    // Not one that cannot be made: PeriodicTimer's finalizer does not survive that.
    private sealed class EndlessTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            throw new IOException("The timer cannot be ended.");
        }

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
