using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(0, ErrorCode.None)]
    [InlineData(1, ErrorCode.TooLarge)]
    public void TryRead_payload_at_its_limit_passes_and_one_more_byte_is_too_large(int surplus, ErrorCode expected)
    {
        const int headerBytes = 5; // bin 32
        var payload = Model(new byte[FrameLimits.DefaultMaxPayloadBytes - headerBytes + surplus]);
        Assert.Equal(FrameLimits.DefaultMaxPayloadBytes + surplus, payload.Length);
        var bytes = FrameExample.Write((ref MessagePackWriter w) => new PublishFrame { Id = 7, Room = new RoomReference(3), Payload = payload }.Write(ref w));

        var reader = new FrameReader(bytes, FrameLimits.DefaultMaxPayloadBytes);
        Assert.Equal(FrameReadStatus.Frame, reader.TryReadNext(out var frame));
        Assert.Equal(expected == ErrorCode.None, PublishFrame.TryRead(frame, out _, out var error));
        Assert.Equal(expected, error);
        Assert.True(frame.TryPeekId(out var id));
        Assert.Equal(7, id);

        var generous = new FrameReader(bytes);
        Assert.Equal(FrameReadStatus.Frame, generous.TryReadNext(out frame));
        Assert.True(PublishFrame.TryRead(frame, out var publish, out _));
        Assert.True(publish.Payload.SequenceEqual(payload));
    }

    [Theory]
    [InlineData(64, FrameReadStatus.Frame, ErrorCode.None)]
    [InlineData(65, FrameReadStatus.Frame, ErrorCode.InvalidField)]
    [InlineData(66, FrameReadStatus.Frame, ErrorCode.InvalidField)]
    [InlineData(67, FrameReadStatus.Malformed, ErrorCode.None)]
    public void TryRead_publish_of_depth_is_right_invalid_or_malformed(int depth, FrameReadStatus status, ErrorCode expected)
    {
        var payload = Nested(depth);
        var bytes = FrameExample.Write((ref MessagePackWriter w) => new PublishFrame { Id = 7, Payload = payload }.Write(ref w));
        var reader = new FrameReader(bytes);
        Assert.Equal(status, reader.TryReadNext(out var frame));
        if (status != FrameReadStatus.Frame)
            return;
        Assert.Equal(expected == ErrorCode.None, PublishFrame.TryRead(frame, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TryRead_page_has_room_for_the_deepest_payload()
    {
        // Three levels of the frame's own, the payload's 64.
        var payload = Nested(64);
        var entries = FrameExample.Write((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(1);
            new EntryItem { Offset = 1, Payload = payload }.Write(ref w);
        });
        var bytes = FrameExample.Write((ref MessagePackWriter w) =>
            new PageFrame { Id = 7, Messages = FrameLists.FromWritten<EntryItem>(entries) }.Write(ref w));
        Assert.Equal(bytes, TypedFrames.RewriteAll(bytes));
        Assert.Equal(bytes, FrameExample.FromJson(FrameExample.ToJson(bytes)));
    }

    [Fact]
    public void TryReadNext_gives_op_fields_and_bytes()
    {
        byte[] message = [0x93, 0x18, 0x0d, 0xc0, 0x91, 0xcd, 0x01, 0x18];
        var reader = new FrameReader(message);
        Assert.Equal(FrameReadStatus.Frame, reader.TryReadNext(out var frame));
        Assert.Equal((24, 2), (frame.Op, frame.FieldCount));
        Assert.True(frame.Raw.SequenceEqual(message.AsSpan(0, 4)));
        var fields = frame.Fields;
        Assert.True(fields.TryReadInt32(out var first) && first == 13 && fields.TryReadNil() && fields.IsAtEnd);

        Assert.Equal(FrameReadStatus.Frame, reader.TryReadNext(out frame));
        Assert.Equal((280, 0), (frame.Op, frame.FieldCount));
        Assert.False(frame.TryPeekId(out _));
        Assert.Equal(FrameReadStatus.End, reader.TryReadNext(out _));
    }

    [Fact]
    public void TryPeekId_of_hello_is_none_although_its_first_field_is_a_number()
    {
        var reader = new FrameReader([0x92, 0x01, 0x07]);
        Assert.Equal(FrameReadStatus.Frame, reader.TryReadNext(out var frame));
        Assert.False(frame.TryPeekId(out var id));
        Assert.Equal(0, id);
    }

    [Fact]
    public void Enumerate_list_gives_each_item()
    {
        var page = FrameExamples.All.Single(e => e.Name == "page").Bytes;
        var reader = new FrameReader(page);
        reader.TryReadNext(out var frame);
        Assert.True(PageFrame.TryRead(frame, out var value, out _));
        var seen = new List<string>();
        foreach (var entry in value.Messages)
            seen.Add($"{entry.Offset}:{Encoding.UTF8.GetString(entry.Event)}:{Convert.ToHexString(entry.Payload)}:{Encoding.UTF8.GetString(entry.Sender)}:{entry.Time}");
        Assert.Equal(["40:say:A26869:ada:1767323045123", "41::C0::1767323045124"], seen);
        Assert.Equal(2, value.Messages.Count);
    }

    [Fact]
    public void Read_mutated_frames_never_throws_and_what_is_read_reads_the_same_again()
    {
        var random = MessagePack.Seed.NewRandom(out var seed);
        var examples = FrameExamples.All;
        for (var round = 0; round < 30_000; round++)
        {
            var bytes = examples[random.Next(examples.Count)].Bytes.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var reader = new FrameReader(bytes);
            while (reader.TryReadNext(out var frame) == FrameReadStatus.Frame)
            {
                if (TypedFrames.Rewrite(frame, out _) is not { } once)
                    continue;
                var twice = TypedFrames.RewriteAll(once);
                Assert.True(once.AsSpan().SequenceEqual(twice), $"seed {seed}, round {round}: {Convert.ToHexString(bytes)}");
            }
        }
    }

    private static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)0x91, depth - 1), 0x90];

    private static byte[] Model(object value) => MessagePack.Model.Encode(value);
}
