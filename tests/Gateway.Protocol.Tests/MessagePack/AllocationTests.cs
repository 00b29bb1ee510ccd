using System.Buffers;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>The codec's allocation budget: zero bytes once warm.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Sample = Model.Encode(new object?[]
    {
        11L, 3L, 1_000_000L, "cursor", new Map(("x", 1.5), ("y", -700L), ("tags", new object?[] { "a", null, true })), "user-17",
        new MessagePackTimestamp(1_767_323_045, 5), new byte[40], new Extension(4, new byte[9]),
    });

    [Fact]
    public void Read_allocates_nothing() => Assert.Equal(0, Measure(ReadSample));

    [Fact]
    public void Skip_allocates_nothing() => Assert.Equal(0, Measure(static () =>
    {
        var reader = new MessagePackReader(Sample);
        Assert.True(reader.TrySkip(out _));
    }));

    [Fact]
    public void Write_to_a_span_allocates_nothing()
    {
        var destination = new byte[512];
        Assert.Equal(0, Measure(() =>
        {
            var writer = new MessagePackWriter(destination);
            WriteSample(ref writer);
        }));
        Assert.Equal(Sample, destination[..Sample.Length]);
    }

    [Fact]
    public void Write_to_a_buffer_writer_allocates_nothing()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Assert.Equal(0, Measure(() =>
        {
            buffer.ResetWrittenCount();
            var writer = new MessagePackWriter(buffer);
            WriteSample(ref writer);
            writer.Flush();
        }));
        Assert.Equal(Sample, buffer.WrittenSpan);
    }

    [Fact]
    public void Json_both_ways_allocates_nothing()
    {
        using var transcoder = new JsonTranscoder();
        var json = new ArrayBufferWriter<byte>(1024);
        var back = new ArrayBufferWriter<byte>(1024);
        Assert.Equal(0, Measure(() =>
        {
            json.ResetWrittenCount();
            back.ResetWrittenCount();
            transcoder.ToJson(Sample, json, out _);
            transcoder.ToMessagePack(json.WrittenSpan, back, out _);
        }));
        Assert.Equal(Sample, back.WrittenSpan);
    }

    private static void ReadSample()
    {
        var reader = new MessagePackReader(Sample);
        var isRight = reader.TryReadArrayHeader(out _) && reader.TryReadInt32(out _) && reader.TryReadInt64(out _)
            && reader.TryReadUInt64(out _) && reader.TryReadString(out _) && reader.TryReadMapHeader(out _)
            && reader.TryReadString(out _) && reader.TryReadDouble(out _) && reader.TryReadString(out _) && reader.TryReadDouble(out _)
            && reader.TryReadString(out _) && reader.TrySkip(out _) && reader.TryReadString(out _)
            && reader.TryReadTimestamp(out MessagePackTimestamp _) && reader.TryReadBinary(out _) && reader.TryReadExtension(out _, out _);
        Assert.True(isRight && reader.IsAtEnd);
    }

    private static void WriteSample(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(9);
        writer.WriteInt(11);
        writer.WriteUInt(3);
        writer.WriteInt(1_000_000);
        writer.WriteStringUtf8("cursor"u8);
        writer.WriteMapHeader(3);
        writer.WriteString("x");
        writer.WriteDouble(1.5);
        writer.WriteString("y");
        writer.WriteInt(-700);
        writer.WriteString("tags");
        writer.WriteArrayHeader(3);
        writer.WriteString("a");
        writer.WriteNil();
        writer.WriteBoolean(true);
        writer.WriteString("user-17");
        writer.WriteTimestamp(new MessagePackTimestamp(1_767_323_045, 5));
        writer.WriteBinary(stackalloc byte[40]);
        writer.WriteExtension(4, stackalloc byte[9]);
    }

    private static long Measure(Action action)
    {
        for (var i = 0; i < 50; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
