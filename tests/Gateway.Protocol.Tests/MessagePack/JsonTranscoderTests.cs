using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

public sealed class JsonTranscoderTests
{
    /// <summary>MessagePack in hex, JSON; the same in both directions.</summary>
    public static TheoryData<string, string> BothWays => new()
    {
        { "c0", "null" },
        { "c2", "false" },
        { "c3", "true" },
        { "00", "0" },
        { "d080", "-128" },
        { "cfffffffffffffffff", "18446744073709551615" },
        { "d38000000000000000", "-9223372036854775808" },
        { "cb3fb999999999999a", "0.1" },
        { "cb4014000000000000", "5.0" },
        { "cb8000000000000000", "-0.0" },
        { "cb7fefffffffffffff", "1.7976931348623157E+308" },
        { "cb43f0000000000000", "1.8446744073709552E+19" },
        { "a0", "\"\"" },
        { "a3e282ac", "\"€\"" },
        { "a100", "\"\\u0000\"" },
        { "a3225c2f", "\"\\\"\\\\/\"" },
        { "90", "[]" },
        { "93019202c0a161", "[1,[2,null],\"a\"]" },
        { "80", "{}" },
        { "82a16101a1629102", "{\"a\":1,\"b\":[2]}" },
        { "82a16101a16102", "{\"a\":1,\"a\":2}" },
        { "c400", "{\"$bin\":\"\"}" },
        { "c403fbff00", "{\"$bin\":\"+/8A\"}" },
        { "d4057f", "{\"$ext\":[5,\"fw==\"]}" },
        { "c70080", "{\"$ext\":[-128,\"\"]}" },
        { "d6ff00000000", "{\"$time\":\"1970-01-01T00:00:00Z\"}" },
        { "d7ff0000000400000000", "{\"$time\":\"1970-01-01T00:00:00.000000001Z\"}" },
        { "c70cff00000000fffffff1886e0900", "{\"$time\":\"0001-01-01T00:00:00Z\"}" },
        { "c70cff3b9ac9ff0000003afff4417f", "{\"$time\":\"9999-12-31T23:59:59.999999999Z\"}" },
        { "c70cff000000000000003afff44180", "{\"$ext\":[-1,\"AAAAAAAAADr/9EGA\"]}" },
        { "cb7ff0000000000000", "{\"$float\":\"Infinity\"}" },
        { "cbfff0000000000000", "{\"$float\":\"-Infinity\"}" },
        { "cbfff8000000000000", "{\"$float\":\"NaN\"}" },

        // Maps that look like one of the above get another $.
        { "81a42462696ea0", "{\"$$bin\":\"\"}" },
        { "81a4246d617090", "{\"$$map\":[]}" },
        { "81a124c0", "{\"$$\":null}" },
        { "81a22424c0", "{\"$$$\":null}" },
        { "81a2247801", "{\"$$x\":1}" },
        { "82a42462696ea0a16101", "{\"$bin\":\"\",\"a\":1}" },
        { "82a22424c0a42462696ea0", "{\"$$\":null,\"$bin\":\"\"}" },

        // Keys without a text form.
        { "8190c0", "{\"$map\":[[[],null]]}" },
        { "82a16101c4010203", "{\"$map\":[[\"a\",1],[{\"$bin\":\"Ag==\"},3]]}" },
        { "8181a1619081a178c3", "{\"$map\":[[{\"a\":[]},{\"x\":true}]]}" },
        { "818190c082c40091c0c400818090", "{\"$map\":[[{\"$map\":[[[],null]]},{\"$map\":[[{\"$bin\":\"\"},[null]],[{\"$bin\":\"\"},{\"$map\":[[{},[]]]}]]}]]}" },
    };

    public static TheoryData<string, string> OnlyToJson => new()
    {
        { "ca3dcccccd", "0.10000000149011612" },
        { "ca40a00000", "5.0" },
        { "cf0000000000000005", "5" },
        { "8105a161", "{\"5\":\"a\"}" },
        { "86c000c201c30220032604cb3ff800000000000005", "{\"null\":0,\"false\":1,\"true\":2,\"32\":3,\"38\":4,\"1.5\":5}" },
        { "81cfffffffffffffffff00", "{\"18446744073709551615\":0}" },
        { "81cb7ff800000000000000", "{\"$map\":[[{\"$float\":\"NaN\"},0]]}" },
        { "c70cff000000000000000000000001", "{\"$time\":\"1970-01-01T00:00:01Z\"}" },
        { "8181019000", "{\"$map\":[[{\"1\":[]},0]]}" },
    };

    public static TheoryData<string, string> OnlyFromJson => new()
    {
        { " \t\r\n[ 1 , 2 ] ", "920102" },
        { "-0", "cb8000000000000000" },
        { "5e0", "cb4014000000000000" },
        { "18446744073709551616", "cb43f0000000000000" },
        { "-9223372036854775809", "cbc3e0000000000000" },
        { "1e-400", "cb0000000000000000" },
        { "\"\\u20ac\\ud83d\\ude00\\n\\/\"", "a9e282acf09f98800a2f" },
        { "{\"\\u0024bin\":\"\\u0041A==\"}", "c40100" },
        { "{\"$x\":1}", "81a2247801" },
        { "{\"$\":1}", "81a12401" },
        { "{\"\\u0024$bin\":\"\"}", "81a42462696ea0" },
        { "{\"$time\":\"2026-01-02T03:04:05.10Z\"}", "d7ff17d78400695735a5" },
        { "{\"$map\":[]}", "80" },
        { "{\"$ext\":[-1,\"AAAAAQ==\"]}", "d6ff00000001" },
    };

    public static TheoryData<string, JsonTranscodeStatus> RefusedJson => new()
    {
        { "", JsonTranscodeStatus.Empty },
        { " \n", JsonTranscodeStatus.Empty },
        { "[", JsonTranscodeStatus.Malformed },
        { "[1,]", JsonTranscodeStatus.Malformed },
        { "{\"a\":1,}", JsonTranscodeStatus.Malformed },
        { "{\"a\"}", JsonTranscodeStatus.Malformed },
        { "{a:1}", JsonTranscodeStatus.Malformed },
        { "[1/**/]", JsonTranscodeStatus.Malformed },
        { "// x\n1", JsonTranscodeStatus.Malformed },
        { "]", JsonTranscodeStatus.Malformed },
        { "NaN", JsonTranscodeStatus.Malformed },
        { "+1", JsonTranscodeStatus.Malformed },
        { "01", JsonTranscodeStatus.Malformed },
        { "1.", JsonTranscodeStatus.Malformed },
        { "nul", JsonTranscodeStatus.Malformed },
        { "\"a", JsonTranscodeStatus.Malformed },
        { "\"\n\"", JsonTranscodeStatus.Malformed },
        { "\"\\x\"", JsonTranscodeStatus.Malformed },
        { "'a'", JsonTranscodeStatus.Malformed },
        { "\ufeff1", JsonTranscodeStatus.Malformed },
        { "\"\\ud800\"", JsonTranscodeStatus.Malformed },
        { "\"\\udc00\\ud800\"", JsonTranscodeStatus.Malformed },
        { "\"\\ud800\\n\"", JsonTranscodeStatus.Malformed },
        { "\"\\ud800\\ud800\\udc00\"", JsonTranscodeStatus.Malformed },
        { "\"\\ud83d\\ude00\\ude00\"", JsonTranscodeStatus.Malformed },
        { "{\"\\ud800\":1}", JsonTranscodeStatus.Malformed },
        { "1e400", JsonTranscodeStatus.NumberOutOfRange },
        { "[-1e400]", JsonTranscodeStatus.NumberOutOfRange },
        { "{\"$bin\":1}", JsonTranscodeStatus.Malformed },
        { "{\"$bin\":[\"\"]}", JsonTranscodeStatus.Malformed },
        { "{\"$bin\":\"A\"}", JsonTranscodeStatus.Malformed },
        { "{\"$bin\":\"AA\"}", JsonTranscodeStatus.Malformed },
        { "{\"$bin\":\"AA==\\n\"}", JsonTranscodeStatus.Malformed },
        { "{\"$bin\":\"A A==\"}", JsonTranscodeStatus.Malformed },
        { "{\"$bin\":\"-_8A\"}", JsonTranscodeStatus.Malformed },
        { "{\"$float\":\"nan\"}", JsonTranscodeStatus.Malformed },
        { "{\"$float\":1.5}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":[5]}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":[128,\"\"]}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":[1.5,\"\"]}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":[1,\"\",0]}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":[1,{}]}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":{\"a\":1,\"b\":2}}", JsonTranscodeStatus.Malformed },
        { "{\"$ext\":[-1,\"AA==\"]}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02T03:04:05\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02T03:04:05+00:00\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-02-29T03:04:05Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-13-01T03:04:05Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"0000-01-01T00:00:00Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02T24:00:00Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02T03:04:60Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02T03:04:05.Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":\"2026-01-02T03:04:05.1234567890Z\"}", JsonTranscodeStatus.Malformed },
        { "{\"$time\":0}", JsonTranscodeStatus.Malformed },
        { "{\"$map\":1}", JsonTranscodeStatus.Malformed },
        { "{\"$map\":[1]}", JsonTranscodeStatus.Malformed },
        { "{\"$map\":[[1]]}", JsonTranscodeStatus.Malformed },
        { "{\"$map\":[[1,2,3]]}", JsonTranscodeStatus.Malformed },
        { "{\"$map\":[{\"a\":1,\"b\":2}]}", JsonTranscodeStatus.Malformed },
    };

    [Theory]
    [MemberData(nameof(BothWays))]
    [MemberData(nameof(OnlyToJson))]
    public void ToJson_value_gives_its_text(string hex, string json) =>
        Assert.Equal(json, ToJson(Convert.FromHexString(hex)));

    [Theory]
    [MemberData(nameof(BothWays))]
    public void ToMessagePack_text_gives_its_value(string hex, string json) => Assert.Equal(hex, ToHex(json));

    [Theory]
    [MemberData(nameof(OnlyFromJson))]
    public void ToMessagePack_other_spellings_give_the_value(string json, string hex) => Assert.Equal(hex, ToHex(json));

    [Theory]
    [MemberData(nameof(RefusedJson))]
    public void ToMessagePack_wrong_text_is_refused_and_writes_nothing(string json, JsonTranscodeStatus expected)
    {
        using var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(expected, transcoder.ToMessagePack(Encoding.UTF8.GetBytes(json), output, out var consumed));
        Assert.Equal(0, output.WrittenCount);
        Assert.Equal(0, consumed);

        // And the instance goes on as if nothing had happened.
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack("[1]"u8, output, out _));
        Assert.Equal("9101", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void ToMessagePack_bytes_that_are_no_utf8_are_refused()
    {
        using var transcoder = new JsonTranscoder();
        foreach (var hex in new[] { "22ff22", "22eda08022", "ff", "7b22c3223a317d" })
        {
            var bytes = Convert.FromHexString(hex);
            var output = new ArrayBufferWriter<byte>();
            Assert.Equal(JsonTranscodeStatus.Malformed, transcoder.ToMessagePack(bytes, output, out _));
        }
    }

    [Theory]
    [MemberData(nameof(MalformedBytesTests.Table), MemberType = typeof(MalformedBytesTests))]
    public void ToJson_malformed_bytes_are_refused_and_write_nothing(string hex, MessagePackError error)
    {
        using var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        var expected = hex.Length == 0 ? JsonTranscodeStatus.Empty : error switch
        {
            MessagePackError.None => JsonTranscodeStatus.Success,
            MessagePackError.Truncated => JsonTranscodeStatus.Truncated,
            _ => JsonTranscodeStatus.Malformed,
        };
        Assert.Equal(expected, transcoder.ToJson(Convert.FromHexString(hex), output, out _));
        Assert.Equal(error == MessagePackError.None, output.WrittenCount > 0);
        output.ResetWrittenCount();

        // And the instance goes on as if nothing had happened: notes about the maps of a refused value are forgotten.
        Assert.Equal(JsonTranscodeStatus.Truncated, transcoder.ToJson([0x81, 0x80, 0x81, 0x80], output, out _));
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToJson([0x81, 0xa1, (byte)'a', 0x80], output, out _));
        Assert.Equal("{\"a\":{}}"u8, output.WrittenSpan);
    }

    [Fact]
    public void ToMessagePack_text_cut_at_any_offset_is_refused()
    {
        var text = "{\"a\":[1.5,{\"$bin\":\"AAAA\"},{\"$map\":[[1,\"\\ud83d\\ude00\"]]}],\"b\":{\"$ext\":[1,\"AA==\"]}}"u8;
        using var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        for (var offset = 1; offset < text.Length; offset++)
            Assert.Equal(JsonTranscodeStatus.Malformed, transcoder.ToMessagePack(text[..offset], output, out _));
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack(text, output, out _));
    }

    [Fact]
    public void ToMessagePack_several_values_are_taken_one_by_one()
    {
        using var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        var rest = "[1][2]\n [\"x\"] "u8;
        while (transcoder.ToMessagePack(rest, output, out var consumed) == JsonTranscodeStatus.Success)
            rest = rest[consumed..];
        Assert.Equal(" ", Encoding.UTF8.GetString(rest));
        Assert.Equal("9101910291A178", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(JsonTranscodeStatus.Malformed, transcoder.ToMessagePack(",[2]"u8, output, out _));
    }

    [Fact]
    public void Depth_at_the_limit_passes_and_one_more_is_too_deep()
    {
        string[] openers = ["[", "{\"a\":", "{\"$map\":[[0,"];
        string[] closers = ["]", "}", "]]}"];
        using var transcoder = new JsonTranscoder();
        for (var i = 0; i < openers.Length; i++)
        {
            // 63 around [] are 64; the innermost $ object is no level of MessagePack.
            var atLimit = string.Concat(Enumerable.Repeat(openers[i], 63)) + "[{\"$ext\":[1,\"\"]}]" + string.Concat(Enumerable.Repeat(closers[i], 63));
            var output = new ArrayBufferWriter<byte>();
            Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack(Encoding.UTF8.GetBytes(atLimit), output, out _));
            var json = new ArrayBufferWriter<byte>();
            Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToJson(output.WrittenSpan, json, out _));

            var beyond = openers[i] + atLimit + closers[i];
            Assert.Equal(JsonTranscodeStatus.TooDeep, transcoder.ToMessagePack(Encoding.UTF8.GetBytes(beyond), new ArrayBufferWriter<byte>(), out _));
            byte[] deeper = [0x91, .. output.WrittenSpan];
            Assert.Equal(JsonTranscodeStatus.TooDeep, transcoder.ToJson(deeper, json, out _));

            var bomb = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(openers[i], 100_000)));
            Assert.Equal(JsonTranscodeStatus.TooDeep, transcoder.ToMessagePack(bomb, output, out _));
        }
    }

    [Fact]
    public void Round_trip_keeps_every_value_and_stays_within_its_bounds()
    {
        var generator = new ModelGenerator(Seed.NewRandom(out var seed));
        using var transcoder = new JsonTranscoder();
        for (var round = 0; round < 5_000; round++)
        {
            var value = generator.Next();
            var bytes = Model.Encode(value);
            var json = new ArrayBufferWriter<byte>();
            Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToJson(bytes, json, out var consumed));
            Assert.Equal(bytes.Length, consumed);
            using (JsonDocument.Parse(json.WrittenMemory, new JsonDocumentOptions { MaxDepth = 200 }))
            {
                // It is JSON.
            }

            var back = new ArrayBufferWriter<byte>();
            Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack(json.WrittenSpan, back, out consumed));
            Assert.Equal(json.WrittenCount, consumed);
            Assert.True(
                Model.Describe(AsKept(value)) == Model.Describe(Model.Decode(back.WrittenSpan)),
                $"seed {seed}, round {round}: {Encoding.UTF8.GetString(json.WrittenSpan)}");
            Assert.InRange(json.WrittenCount, 1, (12 * bytes.Length) + 32);
            Assert.InRange(back.WrittenCount, 1, (3 * json.WrittenCount) + 32);
        }
    }

    /// <summary>What JSON keeps of a value: float 32 widened, and keys as text unless a key of the map has none.</summary>
    private static object? AsKept(object? value) => value switch
    {
        float number => float.IsNaN(number) ? double.NaN : (double)number,
        object?[] array => array.Select(AsKept).ToArray(),
        Map map when map.Entries.Any(e => e.Key is object?[] or Map or byte[] or Extension or MessagePackTimestamp || IsNotFinite(e.Key)) =>
            new Map([.. map.Entries.Select(e => (AsKept(e.Key), AsKept(e.Value)))]),
        Map map => new Map([.. map.Entries.Select(e => ((object?)(e.Key as string ?? ToJson(Model.Encode(e.Key))), AsKept(e.Value)))]),
        _ => value,
    };

    private static bool IsNotFinite(object? key) =>
        (key is double number && !double.IsFinite(number)) || (key is float single && !float.IsFinite(single));

    private static string ToJson(byte[] messagePack)
    {
        using var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToJson(messagePack, output, out var consumed));
        Assert.Equal(messagePack.Length, consumed);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string ToHex(string json)
    {
        using var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(JsonTranscodeStatus.Success, transcoder.ToMessagePack(Encoding.UTF8.GetBytes(json), output, out _));
        return Convert.ToHexStringLower(output.WrittenSpan);
    }
}
