using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Protocol.WebSockets;

/// <summary>The one table from a rejection to the HTTP response that tells it (RFC 6455 4.2.2, 4.4).</summary>
public static class HandshakeRejections
{
    /// <summary>The HTTP status.</summary>
    public static int StatusCode(this HandshakeRejection rejection) => Describe(rejection).Status;

    /// <summary>What the client's developer should know. No part of the request is repeated in it.</summary>
    public static string Sentence(this HandshakeRejection rejection) => Describe(rejection).Sentence;

    /// <summary>Writes the whole response. The connection is to be closed behind it.</summary>
    /// <param name="rejection">Any value but None.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="retryAfter">Adds Retry-After, in whole seconds and at least one.</param>
    public static void Write(this HandshakeRejection rejection, IBufferWriter<byte> destination, TimeSpan? retryAfter = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var (status, phrase, sentence) = Describe(rejection);
        var extra = rejection switch
        {
            HandshakeRejection.VersionUnsupported or HandshakeRejection.VersionMissing => "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n",
            HandshakeRejection.Unauthorized => "WWW-Authenticate: Bearer\r\n",
            _ => "",
        };
        if (retryAfter is { } wait)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
            extra += string.Create(CultureInfo.InvariantCulture, $"Retry-After: {seconds}\r\n");
        }

        // A refusal costs its sender a connection and us one string; it is not the hot path.
        var connection = status == 426 ? "Upgrade, close" : "close";
        var response = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {phrase}\r\nConnection: {connection}\r\nContent-Type: text/plain\r\nContent-Length: {sentence.Length + 1}\r\n{extra}\r\n{sentence}\n");
        Encoding.ASCII.GetBytes(response, destination);
    }

    private static (int Status, string Phrase, string Sentence) Describe(HandshakeRejection rejection) => rejection switch
    {
        HandshakeRejection.MalformedHeader => Bad("The request has a malformed header line."),
        HandshakeRejection.HeadTooLong => (431, "Request Header Fields Too Large", "The request's head is too long."),
        HandshakeRejection.TooManyHeaders => (431, "Request Header Fields Too Large", "The request has too many headers."),
        HandshakeRejection.DuplicateHeader => Bad("A header that may occur once occurs twice."),
        HandshakeRejection.HostMissing => Bad("The Host header is missing."),
        HandshakeRejection.HostInvalid => Bad("The Host header is not valid."),
        HandshakeRejection.ConnectionNotUpgrade => Bad("The Connection header must contain 'Upgrade'. Does a proxy in between drop it?"),
        HandshakeRejection.KeyMissing => Bad("The Sec-WebSocket-Key header is missing."),
        HandshakeRejection.KeyInvalid => Bad("Sec-WebSocket-Key must be 16 octets in base64."),
        HandshakeRejection.VersionMissing => Upgrade("The Sec-WebSocket-Version header is missing; only version 13 is supported."),
        HandshakeRejection.VersionUnsupported => Upgrade("Only version 13 of the WebSocket protocol is supported."),
        HandshakeRejection.SubProtocolsMalformed => Bad("Sec-WebSocket-Protocol must be a list of different names."),
        HandshakeRejection.ExtensionsMalformed => Bad("Sec-WebSocket-Extensions is not valid."),
        HandshakeRejection.BodyNotAllowed => Bad("An upgrade request must not have a body."),
        HandshakeRejection.SubProtocolUnsupported => Bad("None of the offered subprotocols is supported here."),
        HandshakeRejection.Unauthorized => (401, "Unauthorized", "A valid token is required."),
        HandshakeRejection.OriginForbidden => (403, "Forbidden", "Connections from this origin are not allowed."),
        HandshakeRejection.AddressForbidden => (403, "Forbidden", "Connections from this address are not allowed."),
        HandshakeRejection.TooManyRequests => (429, "Too Many Requests", "Too many connections; come back later."),
        HandshakeRejection.TimedOut => (408, "Request Timeout", "The request did not arrive in time."),
        HandshakeRejection.Overloaded => (503, "Service Unavailable", "The node is full; come back later."),
        HandshakeRejection.Draining => (503, "Service Unavailable", "The node is about to stop; come back."),
        _ => throw new ArgumentOutOfRangeException(nameof(rejection), rejection, "This is no reason to refuse a handshake."),
    };

    private static (int Status, string Phrase, string Sentence) Bad(string sentence) => (400, "Bad Request", sentence);

    private static (int Status, string Phrase, string Sentence) Upgrade(string sentence) => (426, "Upgrade Required", sentence);
}
