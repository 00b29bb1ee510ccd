using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>A frame with fields that mean something: a row of protocol/vectors/frames.json and of the specification's examples.</summary>
internal sealed class FrameExample
{
    private FrameExample(string name, Op op, byte[] bytes)
    {
        Name = name;
        Op = op;
        Bytes = bytes;
    }

    public delegate void WriteFrame(ref MessagePackWriter writer);

    public string Name { get; }

    public Op Op { get; }

    public byte[] Bytes { get; }

    public string Json => ToJson(Bytes);

    public string SentBy => (Ops.IsFromClient((int)Op), Ops.IsFromServer((int)Op)) switch
    {
        (true, true) => "both",
        (true, false) => "client",
        _ => "server",
    };

    public static FrameExample Of(string name, Op op, WriteFrame write) => new(name, op, Write(write));

    public static byte[] Write(WriteFrame write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static string ToJson(ReadOnlySpan<byte> frames)
    {
        using var transcoder = new JsonFrames();
        var json = new ArrayBufferWriter<byte>();
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToJson(frames, json));
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    public static byte[] FromJson(string json)
    {
        using var transcoder = new JsonFrames();
        var frames = new ArrayBufferWriter<byte>();
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack(Encoding.UTF8.GetBytes(json), frames));
        return frames.WrittenSpan.ToArray();
    }

    /// <summary>The same values in MessagePack, however deep and whether or not they are frames.</summary>
    public static byte[] FromJsonUnchecked(string json)
    {
        using var transcoder = new JsonTranscoder(maxDepth: 256);
        var messagePack = new ArrayBufferWriter<byte>();
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(json);
        while (transcoder.ToMessagePack(rest, messagePack, out var consumed) == JsonTranscodeStatus.Success)
            rest = rest[consumed..];
        Assert.True(rest.IsEmpty);
        return messagePack.WrittenSpan.ToArray();
    }
}
