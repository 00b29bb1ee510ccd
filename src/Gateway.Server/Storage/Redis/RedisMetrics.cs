using System.Diagnostics.Metrics;

namespace Gateway.Server.Storage.Redis;

/// <summary>What is measured about Redis. Safe from any thread.</summary>
internal sealed class RedisMetrics
{
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _restored;
    private readonly Counter<long> _stored;
    private long _pendingCalls;
    private long _pendingBytes;
    private Func<bool>? _isConnected;

    public RedisMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Gateway.Server");
        _calls = meter.CreateCounter<long>("gateway.redis.calls", "{call}", "Calls to Redis, by operation and outcome");
        _duration = meter.CreateHistogram(
            "gateway.redis.duration", "s", "Time until Redis has answered, by operation", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        _lost = meter.CreateCounter<long>("gateway.redis.connections.lost", "{connection}", "Connections to Redis that broke or could not be made");
        _restored = meter.CreateCounter<long>("gateway.redis.connections.restored", "{connection}", "Connections to Redis that were made again");
        _stored = meter.CreateCounter<long>("gateway.redis.messages", "{message}", "Messages that Redis has stored");
        meter.CreateObservableGauge("gateway.redis.pending.calls", () => Interlocked.Read(ref _pendingCalls), "{call}", "Calls that Redis has not answered yet");
        meter.CreateObservableGauge("gateway.redis.pending.bytes", () => Interlocked.Read(ref _pendingBytes), "By", "Messages on their way into the history that are not acknowledged yet, repeated writes included");
        meter.CreateObservableGauge("gateway.redis.connected", () => _isConnected?.Invoke() == true ? 1 : 0, unit: null, "1 while there is a connection.");
    }

    /// <summary>Has the node's connection looked at from now on.</summary>
    public void Watch(Func<bool> isConnected) => _isConnected = isConnected;

    /// <summary>A call begins; <see cref="Called"/> ends it.</summary>
    public void Calling() => Interlocked.Increment(ref _pendingCalls);

    /// <summary>Messages begin (or, with a negative number, end) to wait for their acknowledgement.</summary>
    public void AddPending(long bytes) => Interlocked.Add(ref _pendingBytes, bytes);

    public void Called(string operation, RedisFailure failure, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _pendingCalls);
        var name = new KeyValuePair<string, object?>("operation", operation);
        _calls.Add(1, name, new KeyValuePair<string, object?>("outcome", failure switch
        {
            RedisFailure.None => "ok",
            RedisFailure.NotDone => "refused",
            RedisFailure.InDoubt => "in-doubt",
            _ => "faulted",
        }));
        if (failure == RedisFailure.None)
        {
            _duration.Record(elapsed.TotalSeconds, name);
        }
    }

    public void Lost() => _lost.Add(1);

    public void Restored() => _restored.Add(1);

    public void Stored(int count) => _stored.Add(count);
}
