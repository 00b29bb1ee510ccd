using System.Buffers;
using System.Text;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

public sealed class FrameWriterTests
{
    [Theory]
    [InlineData(0L, "8200")]
    [InlineData(125L, "827d")]
    [InlineData(126L, "827e007e")]
    [InlineData(65535L, "827effff")]
    [InlineData(65536L, "827f0000000000010000")]
    [InlineData(long.MaxValue, "827f7fffffffffffffff")]
    public void WriteHeader_takes_the_shortest_form(long length, string hex)
    {
        var bytes = new byte[FrameWriter.MaxServerHeaderBytes];

        var written = FrameWriter.WriteHeader(bytes, Opcode.Binary, length);

        Assert.Equal(FrameWriter.HeaderLength(length), written);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, written)));
    }

    [Theory]
    [InlineData(Opcode.Text, true, false, "81")]
    [InlineData(Opcode.Text, true, true, "c1")]
    [InlineData(Opcode.Binary, false, true, "42")]
    [InlineData(Opcode.Continuation, false, false, "00")]
    [InlineData(Opcode.Pong, true, false, "8a")]
    public void WriteHeader_sets_fin_rsv1_and_opcode(Opcode opcode, bool fin, bool rsv1, string first)
    {
        var bytes = new byte[2];
        Assert.Equal(2, FrameWriter.WriteHeader(bytes, opcode, 5, fin, rsv1));
        Assert.Equal(first + "05", Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void WriteHeader_too_small_or_negative_throws_and_writes_nothing()
    {
        var bytes = new byte[3];
        Assert.Throws<ArgumentException>(() => FrameWriter.WriteHeader(bytes, Opcode.Text, 126));
        Assert.Throws<ArgumentException>(() => FrameWriter.WriteMaskedHeader(bytes, Opcode.Text, 1, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.WriteHeader(bytes, Opcode.Text, -1));
        Assert.Equal(new byte[3], bytes);
    }

    [Fact]
    public void Masked_frame_equals_the_example_of_the_rfc()
    {
        var bytes = new byte[11];
        var header = FrameWriter.WriteMaskedHeader(bytes, Opcode.Text, 5, 0x3D21FA37);
        Masking.Apply("Hello"u8, bytes.AsSpan(header), 0x3D21FA37, 0);
        Assert.Equal("818537fa213d7f9f4d5158", Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65536)]
    public void Masked_frame_is_read_back(int length)
    {
        var payload = ClientFrames.Pattern(length);
        var frame = new byte[FrameWriter.MaxClientHeaderBytes + length];
        var header = FrameWriter.WriteMaskedHeader(frame, Opcode.Binary, length, 0xDEADBEEF);
        Masking.Apply(payload, frame.AsSpan(header), 0xDEADBEEF, 0);

        using var endpoint = new EchoEndpoint(deflate: false);
        endpoint.Receive(new ReadOnlySequence<byte>(frame, 0, header + length));

        Assert.Equal(payload, Assert.Single(endpoint.Reaction.Frames).Payload);
    }

    [Fact]
    public void Server_frame_is_read_back_by_a_client_and_refused_by_a_server()
    {
        var frame = new byte[64];
        var length = FrameWriter.WriteHeader(frame, Opcode.Text, 5);
        "Hello"u8.CopyTo(frame.AsSpan(length));
        var pool = new CountingPool();
        var options = new MessageReaderOptions { RequireMask = false, BufferPool = pool };

        using (var client = new EchoEndpoint(deflate: false, options))
        {
            client.Receive(new ReadOnlySequence<byte>(frame, 0, length + 5));
            Assert.Equal("Hello"u8.ToArray(), Assert.Single(client.Reaction.Frames).Payload);
            client.Receive(new ReadOnlySequence<byte>(ClientFrames.Text("masked")));
            Assert.Equal(FrameViolation.MaskUnexpected, client.Violation);
        }

        using var server = new EchoEndpoint(deflate: false);
        server.Receive(new ReadOnlySequence<byte>(frame, 0, length + 5));
        Assert.Equal(FrameViolation.MaskMissing, server.Violation);
    }

    [Fact]
    public void WriteControl_writes_a_whole_pong()
    {
        var bytes = new byte[FrameWriter.MaxControlFrameBytes];
        Assert.Equal(4, FrameWriter.WriteControl(bytes, Opcode.Pong, "hi"u8));
        Assert.Equal("8a026869", Convert.ToHexStringLower(bytes.AsSpan(0, 4)));
        Assert.Equal(127, FrameWriter.WriteControl(bytes, Opcode.Pong, new byte[125]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.WriteControl(bytes, Opcode.Pong, new byte[126]));
    }

    [Theory]
    [InlineData(1000, "", "880203e8")]
    [InlineData(4001, "bye", "88050fa1627965")]
    [InlineData(1005, "ignored", "8800")]
    [InlineData(0, "ignored", "8800")]
    public void WriteClose_writes_code_and_reason(int code, string reason, string hex)
    {
        var bytes = new byte[FrameWriter.MaxControlFrameBytes];
        var length = FrameWriter.WriteClose(bytes, (CloseCode)code, reason);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("x", 123)]
    [InlineData("ä", 122)]
    [InlineData("€", 123)]
    [InlineData("😀", 120)]
    public void WriteClose_cuts_a_long_reason_between_characters(string character, int expectedBytes)
    {
        var bytes = new byte[FrameWriter.MaxControlFrameBytes];
        var length = FrameWriter.WriteClose(bytes, CloseCode.GoingAway, string.Concat(Enumerable.Repeat(character, 200)));
        Assert.Equal(4 + expectedBytes, length);
        Assert.Equal(2 + expectedBytes, bytes[1]);
        var reason = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(4, expectedBytes));
        Assert.Equal(string.Concat(Enumerable.Repeat(character, expectedBytes / Encoding.UTF8.GetByteCount(character))), reason);
    }

    [Fact]
    public void WriteClose_replaces_a_lone_surrogate()
    {
        var bytes = new byte[FrameWriter.MaxControlFrameBytes];
        var length = FrameWriter.WriteClose(bytes, CloseCode.GoingAway, "a\uD83Db");
        Assert.Equal("a\uFFFDb", Encoding.UTF8.GetString(bytes.AsSpan(4, length - 4)));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(2000)]
    [InlineData(5000)]
    public void WriteClose_refuses_codes_that_must_not_be_sent(int code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.WriteClose(new byte[127], (CloseCode)code, ""));
}
