using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>What the table cannot say: memory, life time of payloads, the states in between.</summary>
public sealed class MessageReaderTests
{
    [Fact]
    public void Idle_connection_costs_at_most_48_bytes() => Assert.InRange(Unsafe.SizeOf<MessageReader>(), 1, 48);

    [Fact]
    public void Announced_length_alone_reserves_next_to_nothing()
    {
        using var endpoint = new EchoEndpoint(deflate: false);
        endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.BinaryFrame, [], announced: ConformanceLimits.MaxMessageBytes)));
        Assert.Equal(0, endpoint.HeldBytes);
        Assert.True(endpoint.IsMidMessage);

        endpoint.Receive(new ReadOnlySequence<byte>(new byte[10]));
        Assert.InRange(endpoint.HeldBytes, 10, 4096);
    }

    [Fact]
    public void Buffer_grows_with_what_has_come()
    {
        using var endpoint = new EchoEndpoint(deflate: false);
        endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.BinaryFrame, [], announced: ConformanceLimits.MaxMessageBytes)));
        for (var sent = 1000; sent < ConformanceLimits.MaxMessageBytes; sent += 1000)
        {
            endpoint.Receive(new ReadOnlySequence<byte>(new byte[1000]));
            Assert.InRange(endpoint.HeldBytes, sent, Math.Max(4096, 2 * sent));
        }

        Assert.InRange(endpoint.Pool.PeakBytes, 0, 2 * ConformanceLimits.MaxMessageBytes);
    }

    [Fact]
    public void Release_in_the_middle_of_a_message_gives_the_buffer_back()
    {
        var endpoint = new EchoEndpoint(deflate: true);
        endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.TextFrame, "half", fin: false)));
        Assert.True(endpoint.HeldBytes > 0);
        endpoint.Dispose(); // asserts that nothing is out
    }

    [Fact]
    public void Bomb_occupies_no_more_than_the_limit_twice()
    {
        using var endpoint = new EchoEndpoint(deflate: true);
        endpoint.Receive(new ReadOnlySequence<byte>(ConformanceCases.Named("RFC 7692 8 A bomb of 100 MiB").ClientBytes));
        Assert.Equal(FrameViolation.MessageTooBig, endpoint.Violation);
        Assert.InRange(endpoint.Pool.PeakBytes, 0, 2 * ConformanceLimits.MaxMessageBytes + 200_000);
    }

    [Fact]
    public void Read_after_close_and_after_violation_throws_all_away()
    {
        foreach (var last in new[] { ClientFrames.Close(1000), ClientFrames.Frame(3, "x") })
        {
            var scratch = new ReceiveScratch();
            var reader = new MessageReader(new MessageReaderOptions(), deflate: false);
            var input = new ReadOnlySequence<byte>(ClientFrames.Join(last, ClientFrames.Text("late")));
            Assert.True(reader.Read(ref input, scratch, out _) is MessageReadStatus.Close or MessageReadStatus.Violation);
            Assert.True(reader.IsFinished);
            Assert.Equal(MessageReadStatus.NeedMore, reader.Read(ref input, scratch, out _));
            Assert.Equal(0, input.Length);
            scratch.Dispose();
        }
    }

    [Fact]
    public void Close_gives_code_and_reason()
    {
        foreach (var size in new[] { 1, 1000 })
        {
            using var scratch = new ReceiveScratch();
            var reader = new MessageReader(new MessageReaderOptions(), deflate: false);
            var bytes = ClientFrames.Close(4321, "warum? — darum");
            for (var at = 0; at < bytes.Length; at += size)
            {
                var end = Math.Min(at + size, bytes.Length);

                // One byte a call leaves headers over: hand over all since the last border.
                var input = new ReadOnlySequence<byte>(bytes, at < 6 ? 0 : at, end - (at < 6 ? 0 : at));
                if (reader.Read(ref input, scratch, out var message) != MessageReadStatus.Close)
                    continue;
                Assert.Equal(bytes.Length, end);
                Assert.Equal(4321, (int)message.CloseCode);
                Assert.Equal("warum? — darum", Encoding.UTF8.GetString(message.Payload));
            }

            Assert.True(reader.IsFinished);
        }
    }

    [Fact]
    public void Connections_of_a_lane_share_a_scratch_in_the_middle_of_messages()
    {
        using var scratch = new ReceiveScratch();
        var options = new MessageReaderOptions();
        var readers = new MessageReader[50];
        var messages = new byte[readers.Length][];
        var sent = new int[readers.Length];
        var random = new Random(5);
        for (var i = 0; i < readers.Length; i++)
        {
            readers[i] = new MessageReader(options, deflate: true);
            messages[i] = new byte[5000 + i];
            random.NextBytes(messages[i]);
        }

        var frames = messages.Select((message, i) => i % 2 == 0
            ? ClientFrames.Binary(message)
            : ClientFrames.Frame(ClientFrames.BinaryFrame, ClientFrames.Deflated(message), rsv: ClientFrames.Rsv1)).ToArray();
        var received = 0;
        while (received < readers.Length)
        {
            var i = random.Next(readers.Length);
            var count = Math.Min(random.Next(14, 900), frames[i].Length - sent[i]);
            var input = new ReadOnlySequence<byte>(frames[i], sent[i], count);
            if (readers[i].Read(ref input, scratch, out var found) == MessageReadStatus.Message)
            {
                Assert.True(found.Payload.SequenceEqual(messages[i]), $"message {i}");
                received++;
            }

            sent[i] += count - (int)input.Length;
        }
    }

    [Fact]
    public void Wasteful_tables_are_refused_and_many_small_ones_are_not()
    {
        // A dynamic block without content: HLIT 257, HDIST 1, four precode lengths given (16, 17, 18, 0): 18 and 0 have one bit.
        var bits = new StringBuilder();
        const int Blocks = 50_000;
        for (var i = 0; i < Blocks; i++)
            AppendEmptyDynamicBlock(bits);
        var many = Pack(bits);
        using (var endpoint = new EchoEndpoint(deflate: true))
        {
            endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.BinaryFrame, many, rsv: ClientFrames.Rsv1)));
            Assert.Equal(FrameViolation.DeflateWasteful, endpoint.Violation);
        }

        bits.Clear();
        for (var i = 0; i < 64; i++)
            AppendEmptyDynamicBlock(bits);
        bits.Append("000"); // the empty stored block whose rest is the tail
        using (var endpoint = new EchoEndpoint(deflate: true))
        {
            endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.BinaryFrame, Pack(bits), rsv: ClientFrames.Rsv1)));
            Assert.Equal(FrameViolation.None, endpoint.Violation);
            Assert.Empty(Assert.Single(endpoint.Reaction.Frames).Payload);
        }
    }

    [Fact]
    public void Options_out_of_range_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageReaderOptions { MaxMessageBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageReaderOptions { MaxMessageBytes = int.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageReaderOptions { MaxFramesPerMessage = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReceiveScratch(bufferBytes: 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HandshakeLimits { MaxHeaderBytes = 0 });
    }

    /// <summary>Bits in the order of the stream. Literal/length and distance codes: end of block and one distance, of one bit each.</summary>
    private static void AppendEmptyDynamicBlock(StringBuilder bits)
    {
        bits.Append('0').Append("01");      // not final, type 2 (lowest bit first)
        bits.Append("00000").Append("00000"); // 257 literals, 1 distance
        bits.Append("0111");                // 4 + 14 precode lengths, up to that of symbol 1
        string[] lengths = ["000", "000", "100", "000", "000", "000", "000", "000", "000", "000", "000", "000", "000", "000", "000", "000", "000", "100"];
        foreach (var length in lengths)
            bits.Append(length);            // 18 and 1 have one bit: 1 -> code 0, 18 -> code 1
        bits.Append('1').Append("1111111"); // 138 zeros
        bits.Append('1').Append("1101011"); // 118 zeros: 256 in all
        bits.Append('0');                   // symbol 256: one bit
        bits.Append('0');                   // distance 0: one bit
        bits.Append('0');                   // end of block
    }

    private static byte[] Pack(StringBuilder bits)
    {
        var bytes = new byte[(bits.Length + 7) / 8];
        var at = 0;
        foreach (var chunk in bits.GetChunks())
        {
            foreach (var bit in chunk.Span)
            {
                if (bit == '1')
                    bytes[at >> 3] |= (byte)(1 << (at & 7));
                at++;
            }
        }

        return bytes;
    }
}
