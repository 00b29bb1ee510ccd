using System.Buffers;
using System.Text;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

public sealed class HandshakeRequestTests
{
    [Fact]
    public void TryParse_keeps_what_a_gateway_wants_to_know()
    {
        var text = HandshakeCases.Request(
            ("Origin", "https://app.example"),
            ("Authorization", "Bearer abc.def"),
            ("Cookie", "a=1\r\nCookie: b=2"),
            ("X-Forwarded-For", "10.0.0.1, 10.0.0.2\r\nX-Forwarded-For: 10.0.0.3"),
            ("X-Forwarded-Proto", "https"),
            ("User-Agent", "test/1"),
            ("Sec-WebSocket-Protocol", "gateway.v1.json, \tgateway.v1.msgpack,,\r\nSec-WebSocket-Protocol: other"),
            ("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10; client_max_window_bits, permessage-deflate; client_no_context_takeover"))
            .Replace(HandshakeCases.Path, "/ws?token=x%20y&b=?", StringComparison.Ordinal);

        var request = Parse(text);

        Assert.Equal("/ws", request.Path);
        Assert.Equal("token=x%20y&b=?", request.Query);
        Assert.Equal("localhost:8080", request.Host);
        Assert.Equal("https://app.example", request.Origin);
        Assert.Equal(HandshakeCases.Key, request.SecWebSocketKey);
        Assert.Equal("Bearer abc.def", request.Authorization);
        Assert.Equal("a=1; b=2", request.Cookie);
        Assert.Equal("10.0.0.1, 10.0.0.2, 10.0.0.3", request.ForwardedFor);
        Assert.Equal("https", request.ForwardedProto);
        Assert.Equal("test/1", request.UserAgent);
        Assert.Equal(["gateway.v1.json", "gateway.v1.msgpack", "other"], request.SubProtocols);
        Assert.Equal([new DeflateOffer(false, false, 10, 15), new DeflateOffer(false, true, 0, 0)], request.DeflateOffers);
        Assert.Equal(new DeflateOffer(false, true, 0, 0), request.AcceptableDeflate);
        Assert.Equal(5 + 11, request.HeaderCount);
        Assert.Equal(text.Length, request.HeaderBytes);
    }

    [Fact]
    public void TryParse_absent_headers_are_null_or_empty()
    {
        var request = Parse(HandshakeCases.Request());
        Assert.Equal(HandshakeCases.Path, request.Path);
        Assert.Equal("", request.Query);
        Assert.Null(request.Origin);
        Assert.Null(request.Authorization);
        Assert.Null(request.Cookie);
        Assert.Null(request.ForwardedFor);
        Assert.Null(request.UserAgent);
        Assert.Empty(request.SubProtocols);
        Assert.Empty(request.DeflateOffers);
        Assert.Null(request.AcceptableDeflate);
    }

    [Theory]
    [InlineData("http://host", "/", "")]
    [InlineData("http://host?q=1", "/", "q=1")]
    [InlineData("https://host:1/a/b?q", "/a/b", "q")]
    [InlineData("/?", "/", "")]
    public void TryParse_targets(string target, string path, string query)
    {
        var request = Parse(HandshakeCases.Request().Replace(HandshakeCases.Path, target, StringComparison.Ordinal));
        Assert.Equal((path, query), (request.Path, request.Query));
    }

    [Fact]
    public void TryParse_leaves_the_frames_behind_the_head()
    {
        var head = Encoding.ASCII.GetBytes(HandshakeCases.Request());
        byte[] frames = ClientFrames.Text("at once");
        for (var at = 0; at <= head.Length + frames.Length; at++)
        {
            var input = Chunks.Split(ClientFrames.Join(head, frames), at);
            Assert.Equal(HandshakeStatus.Upgrade, HandshakeParser.TryParse(input, new HandshakeLimits(), out _, out _, out var consumed));
            Assert.Equal(frames, input.Slice(consumed).ToArray());
        }
    }

    [Theory]
    [InlineData(16384, HandshakeStatus.Upgrade)]
    [InlineData(16385, HandshakeStatus.Invalid)]
    public void TryParse_limit_of_the_head_is_exact(int length, HandshakeStatus expected)
    {
        var plain = HandshakeCases.Request(("X-Fill", "")).Length;
        var text = HandshakeCases.Request(("X-Fill", new string('x', length - plain)));
        Assert.Equal(length, text.Length);
        var bytes = Encoding.ASCII.GetBytes(text + "frames behind it");
        foreach (var input in new[] { new ReadOnlySequence<byte>(bytes), Chunks.Split(bytes, 100) })
            Assert.Equal(expected, HandshakeParser.TryParse(input, new HandshakeLimits(), out _, out _, out _));
    }

    [Fact]
    public void SelectSubProtocol_takes_the_clients_first_choice_that_is_known()
    {
        var request = Parse(HandshakeCases.Request(("Sec-WebSocket-Protocol", "unknown, b, a")));
        Assert.Equal("b", request.SelectSubProtocol(["a", "b"]));
        Assert.Null(request.SelectSubProtocol(["B", "c"]));
    }

    [Fact]
    public void Response_names_subprotocol_and_extension()
    {
        var writer = new ArrayBufferWriter<byte>();
        HandshakeResponse.Write(writer, HandshakeCases.Key, "gateway.v1.msgpack", new DeflateOffer(true, true, 15, 15));
        Assert.Equal(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {HandshakeCases.Accept}\r\n"
            + "Sec-WebSocket-Protocol: gateway.v1.msgpack\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15\r\n\r\n",
            Encoding.ASCII.GetString(writer.WrittenSpan));
        Assert.Throws<ArgumentException>(() => HandshakeResponse.Write(writer, HandshakeCases.Key, null, new DeflateOffer(true, true, 9, 15)));
        Assert.Throws<ArgumentException>(() => HandshakeResponse.Write(writer, "short", null, null));
    }

    [Fact]
    public void Rejections_are_whole_http_responses()
    {
        foreach (var rejection in Enum.GetValues<HandshakeRejection>())
        {
            if (rejection == HandshakeRejection.None)
                continue;
            var writer = new ArrayBufferWriter<byte>();
            rejection.Write(writer);
            var parts = Encoding.ASCII.GetString(writer.WrittenSpan).Split("\r\n\r\n");
            Assert.Equal(2, parts.Length);
            Assert.StartsWith($"HTTP/1.1 {rejection.StatusCode()} ", parts[0], StringComparison.Ordinal);
            Assert.Contains($"\r\nContent-Length: {parts[1].Length}", parts[0], StringComparison.Ordinal);
            Assert.Contains("close", parts[0], StringComparison.Ordinal);
            Assert.Equal(rejection.Sentence() + "\n", parts[1]);
        }
    }

    [Fact]
    public void Rejections_carry_the_headers_of_their_status()
    {
        Assert.Contains("\r\nSec-WebSocket-Version: 13\r\n", Response(HandshakeRejection.VersionUnsupported), StringComparison.Ordinal);
        Assert.Contains("\r\nWWW-Authenticate: Bearer\r\n", Response(HandshakeRejection.Unauthorized), StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 3\r\n", Response(HandshakeRejection.Overloaded, TimeSpan.FromSeconds(2.1)), StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 1\r\n", Response(HandshakeRejection.Draining, TimeSpan.Zero), StringComparison.Ordinal);
        Assert.DoesNotContain("Retry-After", Response(HandshakeRejection.Overloaded), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Response(HandshakeRejection.None));
    }

    private static string Response(HandshakeRejection rejection, TimeSpan? retryAfter = null)
    {
        var writer = new ArrayBufferWriter<byte>();
        rejection.Write(writer, retryAfter);
        return Encoding.ASCII.GetString(writer.WrittenSpan);
    }

    private static HandshakeRequest Parse(string text)
    {
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));
        var status = HandshakeParser.TryParse(input, new HandshakeLimits(), out var request, out var rejection, out _);
        Assert.True(status == HandshakeStatus.Upgrade, $"{status} {rejection}");
        return request!;
    }
}
