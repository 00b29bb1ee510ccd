using System.Buffers;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// First pass over a request's head, repeated as bytes arrive and therefore without allocation: is this a WebSocket upgrade on one of our
/// paths, where does the head end, and is each line well formed?
/// </summary>
internal static class HandshakeScan
{
    /// <summary>What may not stand in a header value: control octets but for the tab (RFC 7230 3.2).</summary>
    private static readonly SearchValues<byte> ControlOctets =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>Looks at what there is.</summary>
    /// <param name="bytes">What has arrived, up to the limit.</param>
    /// <param name="full">Whether the limit has been reached, so that no more will be looked at.</param>
    /// <param name="limits">The endpoint's.</param>
    /// <param name="length">Bytes of the head, with Upgrade.</param>
    /// <param name="rejection">With Invalid.</param>
    public static HandshakeStatus Scan(
        ReadOnlySpan<byte> bytes, bool full, HandshakeLimits limits, out int length, out HandshakeRejection rejection)
    {
        length = 0;
        rejection = HandshakeRejection.None;

        // Four octets tell most of what is not HTTP (a TLS hello, an HTTP/2 preface) and every other method.
        var method = "GET "u8;
        if (!bytes[..Math.Min(bytes.Length, method.Length)].SequenceEqual(method[..Math.Min(bytes.Length, method.Length)]))
            return HandshakeStatus.NotUpgrade;

        var line = NextLine(bytes, ref length);
        if (line is not { } requestLine)
            return full ? HandshakeStatus.NotUpgrade : HandshakeStatus.NeedMore;
        if (!RequestTarget.TryRead(bytes[requestLine], out var target) || !IsOurs(target.Path, limits))
            return HandshakeStatus.NotUpgrade;

        var upgrade = false;
        for (var count = 1; ; count++)
        {
            line = NextLine(bytes, ref length);
            if (line is not { } header)
            {
                if (!full)
                    return HandshakeStatus.NeedMore;
                return Refuse(upgrade, HandshakeRejection.HeadTooLong, out rejection);
            }

            if (bytes[header].SequenceEqual("\r\n"u8))
                return upgrade ? HandshakeStatus.Upgrade : HandshakeStatus.NotUpgrade;
            if (count > limits.MaxHeaderCount)
                return Refuse(upgrade, HandshakeRejection.TooManyHeaders, out rejection);
            if (!TrySplit(bytes[header], out var name, out var value))
                return Refuse(upgrade, HandshakeRejection.MalformedHeader, out rejection);
            if (System.Text.Ascii.EqualsIgnoreCase(name, "upgrade"u8) && HeaderValueReader.ListContains(value, "websocket"u8))
                upgrade = true;
        }
    }

    /// <summary>
    /// RFC 7230 3.2: <c>field-name ":" OWS field-value OWS CRLF</c>. No white space before the colon, and none at the start of a line
    /// (that would be a folded value), because a name is a token.
    /// </summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        if (!line.EndsWith("\r\n"u8))
            return false;
        line = line[..^2];
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
            return false;
        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        return HeaderValueReader.IsToken(name) && !value.ContainsAny(ControlOctets);
    }

    /// <summary>The line that begins at <paramref name="position"/>, its LF included; null if the LF has not come.</summary>
    public static Range? NextLine(ReadOnlySpan<byte> bytes, ref int position)
    {
        var end = bytes[position..].IndexOf((byte)'\n');
        if (end < 0)
            return null;
        var start = position;
        position += end + 1;
        return start..position;
    }

    private static HandshakeStatus Refuse(bool upgrade, HandshakeRejection reason, out HandshakeRejection rejection)
    {
        rejection = upgrade ? reason : HandshakeRejection.None;
        return upgrade ? HandshakeStatus.Invalid : HandshakeStatus.NotUpgrade;
    }

    private static bool IsOurs(ReadOnlySpan<byte> path, HandshakeLimits limits)
    {
        if (limits.Paths is not { } paths)
            return true;
        for (var i = 0; i < paths.Count; i++)
        {
            if (System.Text.Ascii.Equals(path, paths[i]))
                return true;
        }

        return false;
    }
}
