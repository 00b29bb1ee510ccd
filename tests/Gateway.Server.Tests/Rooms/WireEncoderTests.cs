using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms;

public sealed class WireEncoderTests
{
    private static readonly string Deep = new string('[', FrameLimits.MaxPayloadDepth) + new string(']', FrameLimits.MaxPayloadDepth);

    public static TheoryData<string> DeepestFrames =>
    [
        $"""[11,3,1,"said",{Deep},"ada",1767323045123]""",
        $"""[21,1,3,1,1,[[1,"said",{Deep},"ada",1767323045123]],false]""",
        $"""[17,10,3,1,[["ada",1,"active",{Deep},1767323045123]],true]""",
    ];

    /// <summary>A payload as deep as a client may publish it comes whole to those who speak JSON, and so does what is behind it in the batch.</summary>
    [Theory]
    [MemberData(nameof(DeepestFrames))]
    public void Encode_frames_of_the_greatest_depth_gives_json_of_all(string frame)
    {
        const string Next = "[25,7,1]";
        using var transcoder = new JsonTranscoder(FrameLimits.MaxFrameDepth);
        var frames = new ArrayBufferWriter<byte>();
        foreach (var each in (string[])[frame, Next])
            Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack(Encoding.UTF8.GetBytes(each), frames, out _));
        var expected = $"{frame}\n{Next}";

        using var encoder = new WireEncoder();
        var message = encoder.Encode(frames.WrittenSpan, WireEncoding.Json);
        var text = Encoding.UTF8.GetString(message.Span[Math.Min(message.Length, FrameWriter.HeaderLength(expected.Length))..]);
        message.Release();

        Assert.Equal(expected, text);
    }
}
