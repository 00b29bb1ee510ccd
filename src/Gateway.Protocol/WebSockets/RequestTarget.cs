namespace Gateway.Protocol.WebSockets;

/// <summary>What is asked for in a request line (RFC 7230 3.1.1, 5.3), not decoded.</summary>
internal readonly ref struct RequestTarget
{
    private RequestTarget(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
    {
        Path = path;
        Query = query;
    }

    public ReadOnlySpan<byte> Path { get; }

    /// <summary>Without the question mark.</summary>
    public ReadOnlySpan<byte> Query { get; }

    /// <summary>
    /// <c>"GET" SP target SP "HTTP/1.1" CRLF</c>, where the target is a path with a query, or an absolute http or https URI, which
    /// RFC 6455 4.1 allows too.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out RequestTarget target)
    {
        target = default;
        if (!line.StartsWith("GET "u8) || !line.EndsWith(" HTTP/1.1\r\n"u8) || line.Length < 4 + 1 + 11)
            return false;

        var uri = line[4..^11];
        if (uri.ContainsAnyExceptInRange((byte)'!', (byte)'~') || uri.Contains((byte)'#'))
            return false;
        if (uri[0] != (byte)'/' && !TrySkipAuthority(ref uri))
            return false;

        var question = uri.IndexOf((byte)'?');
        target = question < 0 ? new RequestTarget(uri, default) : new RequestTarget(uri[..question], uri[(question + 1)..]);
        if (target.Path.IsEmpty)
            target = new RequestTarget("/"u8, target.Query);
        return true;
    }

    private static bool TrySkipAuthority(ref ReadOnlySpan<byte> uri)
    {
        var scheme = StartsWith(uri, "http://"u8) ? 7 : StartsWith(uri, "https://"u8) ? 8 : 0;
        if (scheme == 0)
            return false;
        var authority = uri[scheme..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?');
        uri = end < 0 ? default : authority[end..];
        return end != 0 && !authority.IsEmpty;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && System.Text.Ascii.EqualsIgnoreCase(text[..start.Length], start);
}
