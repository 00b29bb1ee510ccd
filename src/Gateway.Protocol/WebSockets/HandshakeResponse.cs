using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Writes the server's half of the opening handshake (RFC 6455 4.2.2):
/// <code>
/// HTTP/1.1 101 Switching Protocols
/// Connection: Upgrade
/// Upgrade: websocket
/// Sec-WebSocket-Accept: base64(SHA-1(key + GUID))
/// [Sec-WebSocket-Protocol: name]
/// [Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover[; server_max_window_bits=15]]
/// </code>
/// </summary>
public static class HandshakeResponse
{
    /// <summary>Characters of a Sec-WebSocket-Key: 16 octets in base64.</summary>
    public const int KeyChars = 24;

    /// <summary>Characters of a Sec-WebSocket-Accept: 20 octets in base64.</summary>
    public const int AcceptChars = 28;

    // All that is fixed, the accept value and the longest extensions are 313 octets; 336 leave some over.
    private const int MaxBytesWithoutSubProtocol = 336;

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Writes the response.</summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="key">The request's Sec-WebSocket-Key.</param>
    /// <param name="subProtocol">One that the client offered, or null.</param>
    /// <param name="deflate">
    /// The offer that is taken, or null. Neither side keeps its window between messages, whatever the offer says: RFC 7692 7.1.1 lets a
    /// server answer both parameters unasked.
    /// </param>
    public static void Write(IBufferWriter<byte> destination, ReadOnlySpan<char> key, string? subProtocol, DeflateOffer? deflate)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (deflate is { IsAcceptable: false })
            throw new ArgumentException("The offer demands a smaller window than the deflater's.", nameof(deflate));

        var span = destination.GetSpan(MaxBytesWithoutSubProtocol + (subProtocol?.Length ?? 0));
        var length = 0;
        Append("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "u8, span, ref length);
        WriteAccept(key, span[length..]);
        length += AcceptChars;
        if (subProtocol is not null)
        {
            Append("\r\nSec-WebSocket-Protocol: "u8, span, ref length);
            length += Encoding.ASCII.GetBytes(subProtocol, span[length..]);
        }

        if (deflate is { } offer)
        {
            Append(
                "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover"u8,
                span,
                ref length);

            // RFC 7692 7.1.2.1: who accepts an offer with this parameter repeats it.
            if (offer.ServerMaxWindowBits != 0)
                Append("; server_max_window_bits=15"u8, span, ref length);
        }

        Append("\r\n\r\n"u8, span, ref length);
        destination.Advance(length);
    }

    /// <summary>Writes the <see cref="AcceptChars"/> octets of Sec-WebSocket-Accept.</summary>
    public static void WriteAccept(ReadOnlySpan<char> key, Span<byte> destination)
    {
        if (key.Length != KeyChars)
            throw new ArgumentException("A Sec-WebSocket-Key has 24 characters.", nameof(key));

        Span<byte> joined = stackalloc byte[KeyChars + 36];
        Encoding.ASCII.GetBytes(key, joined);
        Guid.CopyTo(joined[KeyChars..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 4.2.2 wants SHA-1; it proves that a WebSocket server answers, it protects nothing.
        SHA1.HashData(joined, hash);
#pragma warning restore CA5350
        System.Buffers.Text.Base64.EncodeToUtf8(hash, destination, out _, out _);
    }

    private static void Append(ReadOnlySpan<byte> text, Span<byte> destination, ref int length)
    {
        text.CopyTo(destination[length..]);
        length += text.Length;
    }
}
