namespace Gateway.Server.Cluster;

/// <summary>An answer of <see cref="ILeases"/>.</summary>
/// <param name="Status">What there is.</param>
/// <param name="Epoch">The lease's epoch; of a free shard the last one; 0 when unavailable or there was none.</param>
/// <param name="Holder">Who holds it; null when nobody does or it is not known.</param>
/// <param name="Remaining">For how long, by the store's clock; zero when nobody does.</param>
/// <param name="Previous">Of a lease that was granted: the epoch of the one before it, as the store knows; 0 when there was none.</param>
internal readonly record struct LeaseAnswer(LeaseStatus Status, long Epoch, string? Holder, TimeSpan Remaining, long Previous = 0)
{
    public static LeaseAnswer Unavailable => default;

    public static LeaseAnswer Granted(long epoch, string holder, TimeSpan duration, long previous) => new(LeaseStatus.Granted, epoch, holder, duration, previous);

    public static LeaseAnswer Held(long epoch, string holder, TimeSpan remaining) => new(LeaseStatus.Held, epoch, holder, remaining);

    public static LeaseAnswer Free(long lastEpoch) => new(LeaseStatus.Free, lastEpoch, null, TimeSpan.Zero);
}
