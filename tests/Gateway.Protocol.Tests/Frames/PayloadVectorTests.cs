using Gateway.Protocol.Tests.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>protocol/vectors/payloads.json: values in both encodings. What it says is tested by <see cref="JsonTranscoderTests"/>, on the same rows.</summary>
public sealed class PayloadVectorTests
{
    [Fact]
    public void File_is_what_the_code_is_tested_against()
    {
        var lines = JsonTranscoderTests.BothWays.Select(r => Line(r.Data.Item1, r.Data.Item2, "both"))
            .Concat(JsonTranscoderTests.OnlyToJson.Select(r => Line(r.Data.Item1, r.Data.Item2, "to-json")))
            .Concat(JsonTranscoderTests.OnlyFromJson.Select(r => Line(r.Data.Item2, r.Data.Item1, "to-msgpack")));
        VectorFile.Verify("vectors/payloads.json", VectorFile.Lines(lines));
    }

    private static string Line(string hex, string json, string direction) =>
        $$"""{ "direction": "{{direction}}", "msgpack": "{{hex}}", "json": {{VectorFile.Quote(json)}} }""";
}
