using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>protocol/vectors/handshakes.json: upgrades as a stranger's client may send them, and the whole response.</summary>
public sealed class HandshakeVectorTests
{
    private const string FileName = "vectors/handshakes.json";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Start = "GET /ws HTTP/1.1\r\nHost: gateway.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";

    private static readonly (string Name, string Request)[] Requests =
    [
        ("msgpack", Start + Key + Version + "Sec-WebSocket-Protocol: gateway.v1.msgpack\r\n\r\n"),
        ("json", Start + Key + Version + "Sec-WebSocket-Protocol: gateway.v1.json\r\n\r\n"),
        ("the first that is known", Start + Key + Version + "Sec-WebSocket-Protocol: chat, gateway.v1.json, gateway.v1.msgpack\r\n\r\n"),
        ("with compression", Start + Key + Version
            + "Sec-WebSocket-Protocol: gateway.v1.msgpack\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"),
        ("with a compression that is not known", Start + Key + Version
            + "Sec-WebSocket-Protocol: gateway.v1.msgpack\r\nSec-WebSocket-Extensions: x-zip\r\n\r\n"),
        ("header names in capitals", Start.ToUpperInvariant().Replace("/WS", "/ws", StringComparison.Ordinal) + Key + Version + "SEC-WEBSOCKET-PROTOCOL: gateway.v1.json\r\n\r\n"),
        ("no subprotocol", Start + Key + Version + "\r\n"),
        ("a subprotocol that is not known", Start + Key + Version + "Sec-WebSocket-Protocol: gateway.v9.msgpack\r\n\r\n"),
        ("a subprotocol in capitals", Start + Key + Version + "Sec-WebSocket-Protocol: GATEWAY.V1.JSON\r\n\r\n"),
        ("a subprotocol offered twice", Start + Key + Version + "Sec-WebSocket-Protocol: gateway.v1.json, gateway.v1.json\r\n\r\n"),
        ("no key", Start + Version + "Sec-WebSocket-Protocol: gateway.v1.json\r\n\r\n"),
        ("a key that is too short", Start + "Sec-WebSocket-Key: c2hvcnQ=\r\n" + Version + "Sec-WebSocket-Protocol: gateway.v1.json\r\n\r\n"),
        ("no version", Start + Key + "Sec-WebSocket-Protocol: gateway.v1.json\r\n\r\n"),
        ("another version", Start + Key + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Protocol: gateway.v1.json\r\n\r\n"),
        ("no host", Start.Replace("Host: gateway.example\r\n", "", StringComparison.Ordinal) + Key + Version + "Sec-WebSocket-Protocol: gateway.v1.json\r\n\r\n"),
        ("a body", Start + Key + Version + "Sec-WebSocket-Protocol: gateway.v1.json\r\nContent-Length: 5\r\n\r\n"),
    ];

    [Fact]
    public void File_is_what_the_code_answers() => VectorFile.Verify(FileName, VectorFile.Lines(Requests.Select(r =>
        $$"""{ "name": {{VectorFile.Quote(r.Name)}}, "request": {{VectorFile.Quote(r.Request)}}, "response": {{VectorFile.Quote(Respond(r.Request))}} }""")));

    [Fact]
    public void Request_gets_the_documented_response()
    {
        var vectors = VectorFile.Read(FileName);
        Assert.Equal(Requests.Length, vectors.Length);
        foreach (var vector in vectors)
            Assert.Equal(vector.GetProperty("response").GetString(), Respond(vector.GetProperty("request").GetString()!));
    }

    private static string Respond(string request)
    {
        var output = new ArrayBufferWriter<byte>();
        var input = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(request));
        var status = HandshakeParser.TryParse(input, new HandshakeLimits { Paths = ["/ws"] }, out var upgrade, out var rejection, out _);
        if (status == HandshakeStatus.Invalid)
        {
            rejection.Write(output);
        }
        else
        {
            Assert.Equal(HandshakeStatus.Upgrade, status);
            if (SubProtocols.Select(upgrade!.SubProtocols) is { } chosen)
                HandshakeResponse.Write(output, upgrade.SecWebSocketKey, chosen, upgrade.DeflateOffers.Where(o => o.IsAcceptable).Cast<DeflateOffer?>().FirstOrDefault());
            else
                HandshakeRejection.SubProtocolUnsupported.Write(output);
        }

        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
