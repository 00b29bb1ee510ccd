using System.Diagnostics.Metrics;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;

namespace Gateway.Transcoding;

/// <summary>What the meter <c>Gateway.Transcoding</c> shows.</summary>
internal sealed class TranscodingMetrics : IDisposable
{
    public const string MeterName = "Gateway.Transcoding";

    private readonly Meter _meter;
    private readonly Counter<long> _started;
    private readonly Counter<long> _succeeded;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _cancelled;
    private readonly Histogram<double> _duration;
    private int _active;

    public TranscodingMetrics(ITranscodeQueue queue, int workers, IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _started = _meter.CreateCounter<long>("gateway.transcoding.jobs.started", "{attempt}", "Attempts begun.");
        _succeeded = _meter.CreateCounter<long>("gateway.transcoding.jobs.succeeded", "{job}", "Jobs completed.");
        _failed = _meter.CreateCounter<long>("gateway.transcoding.jobs.failed", "{job}", "Jobs that ended with an error, by code.");
        _retried = _meter.CreateCounter<long>("gateway.transcoding.jobs.retried", "{attempt}", "Attempts that failed and are followed by another, by code.");
        _cancelled = _meter.CreateCounter<long>("gateway.transcoding.jobs.cancelled", "{job}", "Jobs cancelled while a worker had them.");
        _duration = _meter.CreateHistogram(
            "gateway.transcoding.job.duration", "s", "Time of an attempt, by preset and outcome.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400] });
        _meter.CreateObservableUpDownCounter("gateway.transcoding.jobs.active", () => Volatile.Read(ref _active), "{job}", "Jobs being worked on.");
        _meter.CreateObservableGauge("gateway.transcoding.queue.depth", () => queue.Depth, "{job}", "Jobs that wait.");
        _meter.CreateObservableGauge("gateway.transcoding.workers", () => workers, "{worker}", "Jobs this process may work on at once.");
    }

    public void JobStarted()
    {
        Interlocked.Increment(ref _active);
        _started.Add(1);
    }

    public void JobEnded(JobPreset preset, string outcome, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _active);
        _duration.Record(elapsed.TotalSeconds, new("preset", preset.Name), new("outcome", outcome));
    }

    public void Succeeded() => _succeeded.Add(1);

    public void Failed(string code) => _failed.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Retried(string code) => _retried.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Cancelled() => _cancelled.Add(1);

    public void Dispose() => _meter.Dispose();
}
