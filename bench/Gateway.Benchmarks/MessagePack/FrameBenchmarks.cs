using System.Buffers;
using BenchmarkDotNet.Attributes;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Benchmarks.MessagePack;

/// <summary>A publish as it comes in, made into the message that goes out to the room; the baseline only checks that it is MessagePack.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private byte[] _publish = [];

    /// <summary>Checks that what goes out holds the payload that came in.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var writer = new MessagePackWriter(_buffer);
        new PublishFrame { Id = 6, Room = new RoomReference(3), Event = "cursor"u8, Payload = CursorMessage.MessagePack }.Write(ref writer);
        writer.Flush();
        _publish = _buffer.WrittenSpan.ToArray();
        CursorMessage.Require(Validate() == _publish.Length);
        CursorMessage.Require(PublishToMessage() > 0 && _buffer.WrittenSpan.IndexOf(CursorMessage.MessagePack) > 0);
    }

    /// <summary>One skip over the frame.</summary>
    [Benchmark(Baseline = true)]
    public int Validate()
    {
        var reader = new MessagePackReader(_publish);
        reader.TrySkip(out var raw);
        return raw.Length;
    }

    /// <summary>Frame, fields, limits, and the message written.</summary>
    [Benchmark]
    public int PublishToMessage()
    {
        _buffer.ResetWrittenCount();
        var reader = new FrameReader(_publish, FrameLimits.DefaultMaxPayloadBytes);
        if (reader.TryReadNext(out var frame) != FrameReadStatus.Frame || !PublishFrame.TryRead(frame, out var publish, out _))
            return 0;
        var writer = new MessagePackWriter(_buffer);
        new MessageFrame
        {
            Number = publish.Room.Number,
            Offset = 123_456,
            Event = publish.Event,
            Payload = publish.Payload,
            Sender = "user-4711"u8,
            Time = 1_767_323_045_123,
        }.Write(ref writer);
        writer.Flush();
        return _buffer.WrittenCount;
    }
}
