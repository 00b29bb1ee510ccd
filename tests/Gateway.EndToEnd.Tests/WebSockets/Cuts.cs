namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>The places where a stream of bytes is cut into writes.</summary>
internal static class Cuts
{
    private const int MaxSingleBytes = 40;

    /// <summary>Whole; behind the first octet; in the middle of a header; in the middle; before the last octet; octet by octet when that is few.</summary>
    public static IEnumerable<(string Name, byte[][] Pieces)> Of(byte[] bytes)
    {
        yield return ("whole", [bytes]);
        foreach (var at in new SortedSet<int> { 1, 3, bytes.Length / 2, bytes.Length - 1 })
        {
            if (at > 0 && at < bytes.Length)
                yield return ($"cut at {at}", [bytes[..at], bytes[at..]]);
        }

        if (bytes.Length is > 2 and <= MaxSingleBytes)
            yield return ("octet by octet", [.. bytes.Select(each => new[] { each })]);
    }
}
