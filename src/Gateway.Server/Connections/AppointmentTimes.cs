namespace Gateway.Server.Connections;

/// <summary>When those who are sent away come back: one after the other, as fast as they are sent away and never faster, by one node's clock.</summary>
/// <remarks>
/// At 500 a second each waits 2 ms for the one before, so that a wave of 50, all told at once, comes back over the 100 ms until the next wave does; the first of a wave comes
/// <see cref="Least"/> after it was told. Told late, a wave does not run into the next one: its times are behind those given before. For one thread at a time.
/// </remarks>
internal sealed class AppointmentTimes(TimeProvider time)
{
    /// <summary>Half of the grace that the close frame leaves by default: time for the answers to what is under way.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    private readonly long _started = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>From now to the next free moment, which is taken.</summary>
    public TimeSpan Take(int perSecond)
    {
        var after = Peek();
        _next = Now + after + TimeSpan.FromSeconds(1.0 / perSecond);
        return after;
    }

    /// <summary>From now to the last of so many that would be taken now.</summary>
    public TimeSpan Until(int count, int perSecond) => Peek() + TimeSpan.FromSeconds((double)count / perSecond);

    private TimeSpan Now => time.GetElapsedTime(_started);

    private TimeSpan Peek() => _next - Now > Least ? _next - Now : Least;
}
