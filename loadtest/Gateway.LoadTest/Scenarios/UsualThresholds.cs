namespace Gateway.LoadTest.Scenarios;

/// <summary>What every scenario of ours promises.</summary>
internal static class UsualThresholds
{
    public static Threshold AllConnected { get; } = Threshold.Create("every connection opens and none is closed by the server", static stats => stats.Ready == stats.Wanted && stats.Counter("closed by the server") <= 0);

    public static Threshold MostIterationsOk { get; } = Threshold.Create("at least 99.9 % of iterations end well", static stats => stats.Iterations.OkPercent >= 99.9 && stats.Unfinished == 0);

    public static Threshold NothingLost { get; } = Threshold.Create("no message is lost", static stats => stats.Lost == 0);

    public static Threshold InOrderOnce { get; } = Threshold.Create(
        "every message arrives once and in order", static stats => stats is { Duplicates: 0, Reordered: 0 } && stats.Counter("offsets repeated") <= 0 && stats.Counter("unreadable messages") <= 0);

    public static Threshold DeliveryP99(TimeSpan most) => Threshold.Create(
        FormattableString.Invariant($"99 % of deliveries within {most.TotalMilliseconds:0} ms"), stats => stats.Delivery().Latency.Percentile(99) <= most.TotalMilliseconds * 1e6);

    public static Threshold SomethingDelivered { get; } = Threshold.Create("messages are delivered", static stats => stats.Delivered > 0);
}
