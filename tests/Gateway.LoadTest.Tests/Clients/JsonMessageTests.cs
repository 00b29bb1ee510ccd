using System.Buffers;
using System.Text;
using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Tests.Support;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.LoadTest.Tests.Clients;

public class JsonMessageTests
{
    [Fact]
    public void TryRead_whatTheProtocolWrites_isReadAlike()
    {
        var random = Seeded.Random();
        using var json = new JsonFrames();
        for (var run = 0; run < 200; run++)
        {
            var (number, offset) = (random.Next(), random.NextInt64(1L << 53));
            var payload = new string('a', random.Next(200));
            var frames = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(frames);
            var value = new ArrayBufferWriter<byte>();
            var inner = new MessagePackWriter(value);
            inner.WriteString(payload);
            inner.Flush();
            new MessageFrame { Number = number, Offset = offset, Event = "m"u8, Payload = value.WrittenMemory.Span, Sender = "ada"u8, Time = 1 }.Write(ref writer);
            writer.Flush();
            var text = new ArrayBufferWriter<byte>();
            json.ToJson(frames.WrittenSpan, text);

            Assert.True(JsonMessage.TryRead(text.WrittenSpan, out var readNumber, out var readOffset, out var readPayload));
            Assert.Equal((number, offset, payload), (readNumber, readOffset, Encoding.UTF8.GetString(readPayload)));
        }
    }

    [Theory]
    [InlineData("[11,1,2,\"m\",\"a\\\"b\",null,1]")]
    [InlineData("[11,1,2,\"m\",{\"x\":1},null,1]")]
    [InlineData("[10,1,2,3,true]")]
    [InlineData("[11,1,2,\"m")]
    [InlineData("[11,")]
    [InlineData("")]
    public void TryRead_anythingElse_isLeftToTheProtocol(string frame) => Assert.False(JsonMessage.TryRead(Encoding.UTF8.GetBytes(frame), out _, out _, out _));
}
