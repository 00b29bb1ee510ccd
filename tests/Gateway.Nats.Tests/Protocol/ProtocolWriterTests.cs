using System.Text;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Tests.Protocol;

/// <summary>What goes over the wire, frozen. A difference is a change of the protocol, which is not ours.</summary>
public sealed class ProtocolWriterTests
{
    [Theory]
    [InlineData("a.b", "", "", "hello", "PUB a.b 5\r\nhello\r\n")]
    [InlineData("a.b", "", "", "", "PUB a.b 0\r\n\r\n")]
    [InlineData("a.b", "_INBOX.1", "", "hello12345", "PUB a.b _INBOX.1 10\r\nhello12345\r\n")]
    [InlineData("a.b", "", "NATS/1.0\r\n\r\n", "abc", "HPUB a.b 12 15\r\nNATS/1.0\r\n\r\nabc\r\n")]
    [InlineData("a.b", "r", "NATS/1.0\r\n\r\n", "", "HPUB a.b r 12 12\r\nNATS/1.0\r\n\r\n\r\n")]
    public void WritePublish_writesWhatItsLengthSays(string subject, string replyTo, string headers, string payload, string expected)
    {
        var length = ProtocolWriter.PublishLength(subject.Length, replyTo.Length, headers.Length, payload.Length);
        var destination = new byte[length];
        var written = ProtocolWriter.WritePublish(destination, Bytes(subject), Bytes(replyTo), Bytes(headers), Bytes(payload));
        Assert.Equal(expected, Encoding.ASCII.GetString(destination.AsSpan(0, written)));
        Assert.Equal(length, written);
    }

    [Fact]
    public void PublishLength_isExactForEveryCountOfDigits()
    {
        foreach (var size in (int[])[0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000])
        {
            foreach (var headers in (int[])[0, 12, 99, 100, 1000])
            {
                var length = ProtocolWriter.PublishLength(1, 0, headers, size);
                Assert.Equal(length, ProtocolWriter.WritePublish(new byte[length], "s"u8, default, new byte[headers], new byte[size]));
            }
        }
    }

    [Theory]
    [InlineData("a.*", "", 7, "SUB a.* 7\r\n")]
    [InlineData("a.>", "workers", 12345, "SUB a.> workers 12345\r\n")]
    public void WriteSubscribe_writesTheLine(string subject, string queue, long id, string expected)
    {
        var destination = new byte[100];
        Assert.Equal(expected, Encoding.ASCII.GetString(destination, 0, ProtocolWriter.WriteSubscribe(destination, Bytes(subject), Bytes(queue), id)));
    }

    [Theory]
    [InlineData(7, 0, "UNSUB 7\r\n")]
    [InlineData(7, 12, "UNSUB 7 12\r\n")]
    [InlineData(long.MaxValue, long.MaxValue, "UNSUB 9223372036854775807 9223372036854775807\r\n")]
    public void WriteUnsubscribe_writesTheLine(long id, long max, string expected)
    {
        var destination = new byte[ProtocolWriter.MaxUnsubscribeBytes];
        Assert.Equal(expected, Encoding.ASCII.GetString(destination, 0, ProtocolWriter.WriteUnsubscribe(destination, id, max)));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
