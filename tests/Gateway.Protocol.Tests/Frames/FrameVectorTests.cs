using System.Text;
using Gateway.Protocol.Frames;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>protocol/vectors/frames.json: every op, in both encodings and both directions.</summary>
public sealed class FrameVectorTests
{
    private const string FileName = "vectors/frames.json";

    public static TheoryData<string> Names => [.. VectorFile.Read(FileName).Select(v => v.GetProperty("name").GetString()!)];

    [Fact]
    public void File_is_what_the_code_writes() => VectorFile.Verify(FileName, VectorFile.Lines(FrameExamples.All.Select(e =>
        $$"""{ "name": {{VectorFile.Quote(e.Name)}}, "by": "{{e.SentBy}}", "json": {{e.Json}}, "msgpack": "{{Convert.ToHexStringLower(e.Bytes)}}" }""")));

    [Fact]
    public void File_has_every_op()
    {
        var ops = VectorFile.Read(FileName).Select(v => v.GetProperty("json")[0].GetInt32()).ToHashSet();
        Assert.All(Enum.GetValues<Op>().Where(o => o != Op.None), op => Assert.Contains((int)op, ops));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_then_write_gives_the_same_bytes(string name)
    {
        var (bytes, _) = Find(name);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(TypedFrames.RewriteAll(bytes)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Translate_gives_the_other_encoding_both_ways(string name)
    {
        var (bytes, json) = Find(name);
        Assert.Equal(json, FrameExample.ToJson(bytes));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(FrameExample.FromJson(json)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_frame_cut_at_any_offset_is_malformed(string name)
    {
        var (bytes, json) = Find(name);
        for (var offset = 1; offset < bytes.Length; offset++)
        {
            var reader = new FrameReader(bytes.AsSpan(0, offset));
            Assert.Equal(FrameReadStatus.Malformed, reader.TryReadNext(out _));
            Assert.Equal(FrameReadStatus.End, reader.TryReadNext(out _));
        }

        using var frames = new JsonFrames();
        var text = Encoding.UTF8.GetBytes(json);
        for (var offset = 1; offset < text.Length; offset++)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            Assert.Equal(Protocol.MessagePack.JsonTranscodeStatus.Malformed, frames.ToMessagePack(text.AsSpan(0, offset), output));
            Assert.Equal(0, output.WrittenCount);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_frame_with_fields_taken_away_is_right_or_invalid(string name)
    {
        // Only fields that may be nil may be missing: every shorter frame either reads as one with nil there, or is refused.
        var (bytes, _) = Find(name);
        var values = Assert.IsType<object?[]>(MessagePack.Model.Decode(bytes));
        for (var count = 1; count < values.Length; count++)
        {
            var shorter = MessagePack.Model.Encode(values[..count]);
            var withNil = MessagePack.Model.Encode(values[..count].Concat(new object?[values.Length - count]).ToArray());
            Assert.Equal(Read(shorter, out var error), Read(withNil, out var errorWithNil));
            Assert.Equal(error, errorWithNil);
            Assert.Contains(error, new[] { ErrorCode.None, ErrorCode.InvalidField });
        }

        static string? Read(byte[] bytes, out ErrorCode error)
        {
            var reader = new FrameReader(bytes);
            Assert.Equal(FrameReadStatus.Frame, reader.TryReadNext(out var frame));
            var rewritten = TypedFrames.Rewrite(frame, out error);
            return rewritten is null ? null : Convert.ToHexString(rewritten);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_frame_with_unknown_fields_at_its_end_ignores_them(string name)
    {
        var (bytes, _) = Find(name);
        var values = Assert.IsType<object?[]>(MessagePack.Model.Decode(bytes));

        // Behind all fields that the op has, not only those that this frame shows.
        object?[] longer = [.. values, .. new object?[8], "new", new object?[] { 1L }];
        var longest = MessagePack.Model.Encode(longer);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(TypedFrames.RewriteAll(longest)));
    }

    private static (byte[] Bytes, string Json) Find(string name)
    {
        var vector = VectorFile.Read(FileName).Single(v => v.GetProperty("name").GetString() == name);
        return (Convert.FromHexString(vector.GetProperty("msgpack").GetString()!), vector.GetProperty("json").GetRawText());
    }
}
