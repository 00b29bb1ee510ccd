using System.Buffers;
using System.Text;
using Gateway.Nats.Protocol;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests.Protocol;

/// <summary>A table of what servers send, each row whole, split at every offset, and one byte per segment. <c>~</c> stands for CR LF.</summary>
public sealed class OperationReaderTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "PING~", "Ping" },
        { "pInG~", "Ping" },
        { "PING  ~", "Ping" },
        { "PONG~PING~", "Pong | Ping" },
        { "+OK~", "Ok" },
        { "+ok~", "Ok" },
        { "-ERR 'Stale Connection'~", "Error [Stale Connection]" },
        { "-ERR~", "Error" },
        { "-err   'x y'  ~", "Error [x y]" },
        { "INFO {\"a\":1}~", "Info [{\"a\":1}]" },
        { "info\t{} ~", "Info [{}]" },
        { "MSG a.b 9 5~hello~", "Message a.b 9 [] [] [hello]" },
        { "MSG a.b 9 0~~", "Message a.b 9 [] [] []" },
        { "MSG a.b 9 _INBOX.x 5~hello~PING~", "Message a.b 9 [_INBOX.x] [] [hello] | Ping" },
        { "msg  a.b\t9   r  5 ~hello~", "Message a.b 9 [r] [] [hello]" },
        { "MSG a 1 4~\r\n\r\n~", "Message a 1 [] [] [~~]" },
        { "MSG a 1 7~MSG a 1~", "Message a 1 [] [] [MSG a 1]" },
        { "MSG a 999999999999999999 1~x~", "Message a 999999999999999999 [] [] [x]" },
        { "HMSG a 1 12 15~NATS/1.0~~abc~", "Message a 1 [] [NATS/1.0~~] [abc]" },
        { "HMSG a 1 r 12 12~NATS/1.0~~~", "Message a 1 [r] [NATS/1.0~~] []" },
        { "hmsg a 1 r 18 20~NATS/1.0~A: b~~xy~MSG b 2 1~z~", "Message a 1 [r] [NATS/1.0~A: b~~] [xy] | Message b 2 [] [] [z]" },
        { "HMSG a 1 0 2~xy~", "Message a 1 [] [] [xy]" },

        // Not all of it.
        { "PIN", "more" },
        { "MSG a 1 5~hel", "more" },
        { "MSG a 1 5~hello\r", "more" },
        { "PING~MSG a 1", "Ping | more" },
        { "HMSG a 1 12 15~NATS/1.0~~ab", "more" },

        // Not the protocol.
        { "HELLO~", "!UnknownOperation" },
        { "PINGS~", "!UnknownOperation" },
        { "HTTP/1.1 400 Bad Request~", "!UnknownOperation" },
        { "\r\n", "!UnknownOperation" },
        { "\n", "!UnknownOperation" },
        { "PING\n", "!MissingLineFeed" },
        { "INFO~", "!UnknownOperation" },
        { "MSG~", "!UnknownOperation" },
        { "MSG ~", "!WrongArgumentCount" },
        { "MSG a 1~", "!WrongArgumentCount" },
        { "MSG a 1 b 5 6~hello~", "!WrongArgumentCount" },
        { "HMSG a 1 5~hello~", "!WrongArgumentCount" },
        { "HMSG a 1 r 5 6 7~hello~", "!WrongArgumentCount" },
        { "MSG a b c d e f g h i j k~", "!WrongArgumentCount" },
        { "MSG a x 5~hello~", "!BadNumber" },
        { "MSG a 1 -5~hello~", "!BadNumber" },
        { "MSG a 1 +5~hello~", "!BadNumber" },
        { "MSG a 1 0x5~hello~", "!BadNumber" },
        { "MSG a -1 5~hello~", "!BadNumber" },
        { "MSG a 9999999999999999999 5~hello~", "!BadNumber" },
        { "MSG a 1 99999999999~", "!BadNumber" },
        { "HMSG a 1 6 5~hello~", "!BadNumber" },
        { "HMSG a 1 -1 5~hello~", "!BadNumber" },
        { "MSG a 1 1001~", "!MessageTooLarge" },
        { "MSG a 1 2147483648~", "!MessageTooLarge" },
        { "MSG a 1 9999999999~", "!MessageTooLarge" },
        { "HMSG a 1 1 4294967297~", "!MessageTooLarge" },
        { "MSG a 1 5~hello!!", "!MissingTerminator" },
        { "MSG a 1 5~hello~~", "Message a 1 [] [] [hello] | !UnknownOperation" },
        { "MSG a 1 4~hello~", "!MissingTerminator" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryRead_whole(string input, string expected) => Assert.Equal(expected, OperationText.Read(Pieces.Whole(Bytes(input))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryRead_splitAtEveryOffset(string input, string expected)
    {
        var bytes = Bytes(input);
        for (var at = 1; at < bytes.Length; at++)
            Assert.Equal(expected, OperationText.Read(Pieces.Split(bytes, at)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryRead_oneBytePerSegment(string input, string expected) => Assert.Equal(expected, OperationText.Read(Pieces.OneByOne(Bytes(input))));

    /// <summary>What a slow network brings: the reader is asked again with more bytes each time, and says the same in the end.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void TryRead_growingInput(string input, string expected)
    {
        var bytes = Bytes(input);
        var read = "";
        var start = 0;
        for (var end = 1; end <= bytes.Length; end++)
        {
            var sequence = new ReadOnlySequence<byte>(bytes, start, end - start);
            using var reader = new OperationReader(OperationText.Limits);
            var status = reader.TryRead(ref sequence, out _);
            if (status == ParseStatus.NeedMore)
                continue;
            read += (read.Length > 0 ? " | " : "") + OperationText.Read(new ReadOnlySequence<byte>(bytes, start, end - start));
            if (status == ParseStatus.Malformed)
                break;
            start = end;
        }

        if (expected.EndsWith("more", StringComparison.Ordinal))
            read += read.Length > 0 ? " | more" : "more";
        Assert.Equal(expected, read);
    }

    [Fact]
    public void TryRead_lineWithoutEnd_isRefusedAtTheLimit()
    {
        var bytes = Encoding.ASCII.GetBytes("INFO " + new string('x', 400));
        Assert.Equal("more", OperationText.Read(Pieces.Whole(bytes[..200])));
        Assert.Equal("!LineTooLong", OperationText.Read(Pieces.Whole(bytes[..201])));
        Assert.Equal("!LineTooLong", OperationText.Read(Pieces.OneByOne(bytes[..202])));
        Assert.Equal("!LineTooLong", OperationText.Read(Pieces.Split([.. bytes, (byte)'\r', (byte)'\n'], 100)));
    }

    [Fact]
    public void TryRead_largestMessageAcrossManySegments_isWhole()
    {
        var payload = new byte[300_000];
        new Random(1).NextBytes(payload);
        byte[] bytes = [.. Encoding.ASCII.GetBytes($"MSG a 1 {payload.Length}\r\n"), .. payload, .. "\r\nPING\r\n"u8];
        var input = Pieces.Join(bytes.Chunk(4096).Select(chunk => (ReadOnlyMemory<byte>)chunk));
        using var reader = new OperationReader(new ProtocolLimits(4096, 1 << 20));
        Assert.Equal(ParseStatus.Complete, reader.TryRead(ref input, out var message));
        Assert.True(message.Payload.SequenceEqual(payload));
        Assert.Equal(ParseStatus.Complete, reader.TryRead(ref input, out var ping));
        Assert.Equal(OperationKind.Ping, ping.Kind);
        Assert.True(input.IsEmpty);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace("~", "\r\n"));
}
