using System.Diagnostics.Metrics;

namespace Gateway.Server.Cluster;

/// <summary>What the cluster measures. Changes are counted on the loop, the rest is read from the newest map when asked.</summary>
internal sealed class ClusterMetrics : IOwnershipObserver
{
    private readonly Meter _meter;
    private readonly Counter<long> _changes;
    private readonly Histogram<double> _acquireTime;
    private readonly TimeProvider _time;
    private readonly ClusterLog _log;

    // Of the loop's turn.
    private int _ranOut;
    private int _taken;

    public ClusterMetrics(IMeterFactory meters, TimeProvider time, ClusterLog log)
    {
        _time = time;
        _log = log;
        _meter = meters.Create("Gateway.Server.Cluster");
        _changes = _meter.CreateCounter<long>("gateway.cluster.owner_changes", "{shard}", "Shards this node got or lost: acquired, handed_over, ran_out (not renewed in time), taken.");
        _acquireTime = _meter.CreateHistogram("gateway.cluster.acquire_duration", "s", "From asking for a lease to having it.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        });
    }

    public void Watch(ClusterNode node)
    {
        // All of them from the start: a series that appears with its first change is one whose rate misses that change.
        foreach (var change in (string[])["acquired", "handed_over", "ran_out", "taken"])
            _changes.Add(0, new KeyValuePair<string, object?>("change", change));
        _meter.CreateObservableGauge("gateway.cluster.nodes", () => Nodes(node.Map), "{node}", "Nodes that this one knows, by their health.");
        _meter.CreateObservableGauge("gateway.cluster.shards_owned", () => Count(node.Map, static place => place.Own is not null), "{shard}", "Shards that this node owns.");
        _meter.CreateObservableGauge("gateway.cluster.shards_orphaned", () => Count(node.Map, static place => place.Owner is null), "{shard}", "Shards that, as far as this node knows, nobody owns.");
        _meter.CreateObservableGauge(
            "gateway.cluster.lease_age", () => _time.GetElapsedTime(node.Member.Ownership.RenewedAt).TotalSeconds, "s", "Time since all leases of this node were renewed.");
        _meter.CreateObservableGauge("gateway.cluster.lease_limit", () => node.LeaseLimit.TotalSeconds, "s", "How old the leases may become before this node gives its shards up.");
    }

    public void OnAcquired(int shard, TimeSpan latency)
    {
        _acquireTime.Record(latency.TotalSeconds);
        _changes.Add(1, new KeyValuePair<string, object?>("change", "acquired"));
    }

    public void OnLost(int shard, LossCause cause)
    {
        if (cause == LossCause.RanOut)
            _ranOut++;
        else if (cause == LossCause.Taken)
            _taken++;
        _changes.Add(1, new KeyValuePair<string, object?>("change", cause switch
        {
            LossCause.HandedOver => "handed_over",
            LossCause.RanOut => "ran_out",
            _ => "taken",
        }));
    }

    /// <summary>The turn of the loop ends: what was lost in it against the will is one line, however many shards it was.</summary>
    public void SayLosses()
    {
        if (_ranOut > 0)
            _log.RanOut(_ranOut);
        if (_taken > 0)
            _log.Taken(_taken);
        _ranOut = _taken = 0;
    }

    public void OnStoreFault(Exception exception) => _log.StoreFault(exception);

    private static IEnumerable<Measurement<int>> Nodes(ShardMap map) =>
        Enum.GetValues<MemberHealth>().Select(health => new Measurement<int>(
            map.Members.Count(member => member.Health == health), new KeyValuePair<string, object?>("health", health.ToString().ToLowerInvariant())));

    private static int Count(ShardMap map, Func<ShardPlace, bool> what) => Enumerable.Range(0, ILeases.ShardCount).Count(shard => what(map[shard]));
}
