using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>The frames' allocation budget: zero bytes once warm, in both encodings.</summary>
public sealed class FrameAllocationTests
{
    private static readonly byte[] All = [.. FrameExamples.All.SelectMany(e => e.Bytes)];
    private static readonly byte[] Destination = new byte[4096];

    [Fact]
    public void Read_and_write_publish_allocate_nothing() => Assert.Equal(0, Measure(static () =>
    {
        var reader = new FrameReader(All, FrameLimits.DefaultMaxPayloadBytes);
        var writer = new MessagePackWriter(Destination);
        while (reader.TryReadNext(out var frame) == FrameReadStatus.Frame)
        {
            if (frame.Op == (int)Op.Publish && PublishFrame.TryRead(frame, out var publish, out _))
                new MessageFrame { Number = 3, Event = publish.Event, Payload = publish.Payload, Time = 5 }.Write(ref writer);
            else if (frame.Op == (int)Op.Roster && RosterFrame.TryRead(frame, out var roster, out _))
                Count(roster, ref writer);
        }
    }));

    [Fact]
    public void Translate_all_frames_both_ways_allocates_nothing()
    {
        using var frames = new JsonFrames();
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        var back = new ArrayBufferWriter<byte>(16 * 1024);
        Assert.Equal(0, Measure(() =>
        {
            json.ResetWrittenCount();
            back.ResetWrittenCount();
            frames.ToJson(All, json);
            frames.ToMessagePack(json.WrittenSpan, back);
        }));
        Assert.Equal(All, back.WrittenSpan);
    }

    private static void Count(RosterFrame roster, ref MessagePackWriter writer)
    {
        foreach (var member in roster.Members)
            writer.WriteInt(member.Connections);
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
