namespace Gateway.Client.Wire;

/// <summary>Times on the wire: milliseconds since 1970. 53 bits reach further than <see cref="DateTimeOffset"/> does.</summary>
internal static class UnixTime
{
    private static readonly long MaxMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static bool TryRead(long milliseconds, out DateTimeOffset time)
    {
        var fits = milliseconds >= 0 && milliseconds <= MaxMilliseconds;
        time = fits ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return fits;
    }
}
