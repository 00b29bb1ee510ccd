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

    public RedisMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Gateway.Server");
        _calls = meter.CreateCounter<long>("gateway.redis.calls", "{call}", "Calls to Redis, by operation and outcome");
        _duration = meter.CreateHistogram(
            "gateway.redis.duration", "s", "Time until Redis has answered, by operation", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        _lost = meter.CreateCounter<long>("gateway.redis.connections.lost", "{connection}", "Connections to Redis that broke or could not be made");
        _restored = meter.CreateCounter<long>("gateway.redis.connections.restored", "{connection}", "Connections to Redis that were made again");
        _stored = meter.CreateCounter<long>("gateway.redis.messages", "{message}", "Messages that Redis has stored");
    }

    public void Called(string operation, RedisFailure failure, TimeSpan elapsed)
    {
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
