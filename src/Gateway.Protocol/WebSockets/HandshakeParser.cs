using System.Buffers;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Reads a client's opening handshake (RFC 6455 4.1, 4.2.1) from the first bytes of a connection, or finds out that they are none. Pure:
/// no I/O and no state between calls; what it says depends on the bytes, not on how they were cut up.
/// </summary>
/// <remarks>
/// Strict on purpose: what two parsers can read in two ways (folded lines, bare LF, repeated headers, bodies) is refused. A fault that shows
/// before the request is known to be a WebSocket upgrade makes it NotUpgrade, so that the HTTP server answers it as it answers all others.
/// </remarks>
public static class HandshakeParser
{
    /// <summary>Tries to read the handshake.</summary>
    /// <param name="input">All bytes of the connection so far.</param>
    /// <param name="limits">The endpoint's limits and paths.</param>
    /// <param name="request">The handshake; null unless the result is Upgrade.</param>
    /// <param name="rejection">Why it is refused; None unless the result is Invalid.</param>
    /// <param name="consumed">Behind the head with Upgrade (frames may follow at once); else where the input begins.</param>
    public static HandshakeStatus TryParse(
        in ReadOnlySequence<byte> input,
        HandshakeLimits limits,
        out HandshakeRequest? request,
        out HandshakeRejection rejection,
        out SequencePosition consumed)
    {
        ArgumentNullException.ThrowIfNull(limits);
        consumed = input.Start;
        HandshakeStatus status;
        if (input.IsSingleSegment || input.FirstSpan.Length >= limits.MaxHeaderBytes)
        {
            status = Parse(input.FirstSpan, limits, out request, out rejection);
        }
        else
        {
            // Rare: a head of several segments. It has to lie in one piece to be read.
            var length = (int)Math.Min(input.Length, limits.MaxHeaderBytes);
            var joined = ArrayPool<byte>.Shared.Rent(length);
            input.Slice(0, length).CopyTo(joined);
            status = Parse(joined.AsSpan(0, length), limits, out request, out rejection);
            ArrayPool<byte>.Shared.Return(joined, clearArray: true); // it may hold a token
        }

        if (request is not null)
            consumed = input.GetPosition(request.HeaderBytes);
        return status;
    }

    private static HandshakeStatus Parse(
        ReadOnlySpan<byte> bytes, HandshakeLimits limits, out HandshakeRequest? request, out HandshakeRejection rejection)
    {
        request = null;
        var full = bytes.Length >= limits.MaxHeaderBytes;
        var status = HandshakeScan.Scan(bytes[..Math.Min(bytes.Length, limits.MaxHeaderBytes)], full, limits, out var length, out rejection);
        if (status != HandshakeStatus.Upgrade)
            return status;

        rejection = HandshakeHeaders.TryRead(bytes[..length], out var read);
        if (rejection != HandshakeRejection.None)
            return HandshakeStatus.Invalid;
        request = read;
        return HandshakeStatus.Upgrade;
    }
}
