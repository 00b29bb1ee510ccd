using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>protocol/vectors/malformed.json: what a server answers to messages that are not right.</summary>
public sealed class MalformedVectorTests
{
    private const string FileName = "vectors/malformed.json";

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, VectorFile.Read(FileName).Length)];

    [Fact]
    public void File_is_what_the_code_answers()
    {
        var lines = MalformedExamples.BothEncodings.SelectMany(e => new[]
            {
                Line(e.Name, "msgpack", Convert.ToHexStringLower(FrameExample.FromJsonUnchecked(e.Json))),
                Line(e.Name, "json", e.Json),
            })
            .Concat(MalformedExamples.OnlyMessagePack.Select(e => Line(e.Name, "msgpack", e.Hex.Replace(" ", ""))))
            .Concat(MalformedExamples.OnlyJson.Select(e => Line(e.Name, "json", e.Json)));
        VectorFile.Verify(FileName, VectorFile.Lines(lines));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Answer_is_the_documented_error(int row)
    {
        var vector = VectorFile.Read(FileName)[row];
        var expected = vector.GetProperty("answers").EnumerateArray()
            .Select(a => (a.GetProperty("id").GetInt32(), (ErrorCode)a.GetProperty("code").GetInt32()));
        var encoding = vector.TryGetProperty("json", out var message) ? "json" : "msgpack";
        if (encoding == "msgpack")
            message = vector.GetProperty("msgpack");
        Assert.Equal(expected, Answer(encoding, message.GetString()!));
    }

    [Fact]
    public void Both_encodings_get_the_same_answers()
    {
        var rows = VectorFile.Read(FileName).GroupBy(v => v.GetProperty("name").GetString()).Where(g => g.Count() == 2);
        var count = 0;
        foreach (var row in rows.Where(g => g.Any(v => v.TryGetProperty("json", out _)) && g.Key != "a frame that ends early"))
        {
            Assert.Single(row.Select(v => v.GetProperty("answers").GetRawText()).Distinct());
            count++;
        }

        Assert.Equal(MalformedExamples.BothEncodings.Count, count);
    }

    [Fact]
    public void Every_example_is_refused() => Assert.All(
        VectorFile.Read(FileName), v => Assert.NotEqual(0, v.GetProperty("answers").GetArrayLength()));

    private static string Line(string name, string encoding, string message)
    {
        var answers = Answer(encoding, message).Select(a => $$"""{ "id": {{a.Id}}, "code": {{(int)a.Code}} }""");
        return $$"""{ "name": {{VectorFile.Quote(name)}}, "{{encoding}}": {{VectorFile.Quote(message)}}, "answers": [{{string.Join(", ", answers)}}] }""";
    }

    private static List<(int Id, ErrorCode Code)> Answer(string encoding, string message)
    {
        if (encoding == "msgpack")
            return TypedFrames.Answer(MalformedExamples.Bytes(message));

        using var frames = new JsonFrames();
        var output = new ArrayBufferWriter<byte>();
        var status = frames.ToMessagePack(MalformedExamples.Utf8(message), output);
        var answers = TypedFrames.Answer(output.WrittenSpan);
        if (status != JsonTranscodeStatus.Success && !answers.Contains((0, ErrorCode.Malformed)))
            answers.Add((0, ErrorCode.Malformed));
        return answers;
    }
}
