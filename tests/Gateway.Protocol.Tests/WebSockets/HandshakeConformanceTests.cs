using System.Buffers;
using System.Text;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>Replays the table of handshakes against the parser and the writers of responses.</summary>
public sealed class HandshakeConformanceTests
{
    private static readonly HandshakeLimits Limits = new() { Paths = [HandshakeCases.Path] };

    public static TheoryData<string> Rows() => [.. HandshakeCases.All.Select(row => row.ToString())];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Whole(string name)
    {
        var row = HandshakeCases.Named(name);
        Check(row, new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(row.Request)));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void One_byte_a_segment(string name)
    {
        var row = HandshakeCases.Named(name);
        Check(row, Chunks.OneByOne(Encoding.Latin1.GetBytes(row.Request)));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Split_at_every_offset(string name)
    {
        var row = HandshakeCases.Named(name);
        var bytes = Encoding.Latin1.GetBytes(row.Request);
        var step = bytes.Length > 2000 ? 97 : 1;
        for (var at = 0; at <= bytes.Length; at += step)
        {
            Check(row, Chunks.Split(bytes, at));
            AssertPrefix(row, bytes.AsMemory(0, at));
        }
    }

    /// <summary>A prefix may be undecided, but never decided otherwise than the whole.</summary>
    private static void AssertPrefix(HandshakeCase row, ReadOnlyMemory<byte> prefix)
    {
        var status = HandshakeParser.TryParse(new ReadOnlySequence<byte>(prefix), Limits, out _, out _, out _);
        Assert.True(status == HandshakeStatus.NeedMore || status == Status(row.Verdict), $"{row} cut at {prefix.Length}: {status}");
    }

    private static void Check(HandshakeCase row, ReadOnlySequence<byte> input)
    {
        // Frames may follow at once; they are not the parser's business.
        var status = HandshakeParser.TryParse(input, Limits, out var request, out var rejection, out var consumed);

        Assert.Equal(Status(row.Verdict), status);
        Assert.Equal(row.Verdict == HandshakeVerdict.Refused, rejection != HandshakeRejection.None);
        Assert.Equal(row.Verdict == HandshakeVerdict.Upgraded, request is not null);
        if (request is null)
            Assert.Equal(input.Start, consumed);
        else
            Assert.Equal(row.Request.Length, input.Slice(0, consumed).Length);

        var response = new ArrayBufferWriter<byte>();
        if (status == HandshakeStatus.Invalid)
        {
            rejection.Write(response);
            Assert.StartsWith($"HTTP/1.1 {row.Status} ", Encoding.ASCII.GetString(response.WrittenSpan), StringComparison.Ordinal);
        }

        if (request is null)
            return;
        HandshakeResponse.Write(response, request.SecWebSocketKey, subProtocol: null, request.AcceptableDeflate);
        var extensions = row.Extensions is null ? "" : $"Sec-WebSocket-Extensions: {row.Extensions}\r\n";
        Assert.Equal(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {HandshakeCases.Accept}\r\n{extensions}\r\n",
            Encoding.ASCII.GetString(response.WrittenSpan));
    }

    private static HandshakeStatus Status(HandshakeVerdict verdict) => verdict switch
    {
        HandshakeVerdict.Upgraded => HandshakeStatus.Upgrade,
        HandshakeVerdict.Refused => HandshakeStatus.Invalid,
        HandshakeVerdict.NotOurs => HandshakeStatus.NotUpgrade,
        _ => HandshakeStatus.NeedMore,
    };
}
