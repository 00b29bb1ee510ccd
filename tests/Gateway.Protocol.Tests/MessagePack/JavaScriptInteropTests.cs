using System.Globalization;
using Gateway.Protocol.MessagePack;
using Gateway.Tests.Shared;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>Both directions against npm's @msgpack/msgpack, the implementation most browsers' users will have.</summary>
public sealed class JavaScriptInteropTests
{
    [Fact]
    public async Task Values_we_write_are_decoded_alike_and_encoded_to_the_same_bytes()
    {
        var generator = new ModelGenerator(Seed.NewRandom(out _)) { OnlyWhatJavaScriptKeeps = true };
        var values = Enumerable.Range(0, 1_000).Select(_ => generator.Next()).ToArray();
        var back = await CheckAsync(values);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(Convert.ToHexString(Model.Encode(values[i])), Convert.ToHexString(back[i]));
    }

    [Fact]
    public async Task Golden_values_are_decoded_alike()
    {
        // Without maps of nil keys, which JavaScript's objects cannot have, and timestamps beyond 2^53 seconds.
        var values = GoldenBytes.Shortest.Select(row => GoldenBytes.ValueOf(row.Data))
            .Where(v => v is not Map { Entries: [(not string, _), ..] } and not MessagePackTimestamp { Seconds: long.MinValue or long.MaxValue })
            .ToArray();
        Assert.InRange(values.Length, 70, 200);
        await CheckAsync(values);
    }

    [Fact]
    public async Task Values_JavaScript_writes_are_decoded_alike_and_encoded_to_the_same_bytes()
    {
        Seed.NewRandom(out var seed);
        string[] arguments = ["generate", seed.ToString(CultureInfo.InvariantCulture), "1000"];
        var output = await NodeInterop.RunAsync("msgpack.mjs", arguments, default, TestContext.Current.CancellationToken);
        var pairs = Assert.IsType<object?[]>(Model.Decode(output));
        Assert.Equal(1_000, pairs.Length);
        foreach (var pair in pairs.Cast<object?[]>())
        {
            var bytes = (byte[])pair[0]!;
            var value = Model.Decode(bytes);
            Assert.Equal((string)pair[1]!, DescribeAsJavaScript(value));
            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Model.Encode(value)));
        }
    }

    private static async Task<byte[][]> CheckAsync(object?[] values)
    {
        var pairs = values.Select(v => (object?)new object?[] { Model.Encode(v), DescribeAsJavaScript(v) }).ToArray();
        var output = await NodeInterop.RunAsync("msgpack.mjs", ["check"], Model.Encode(pairs), TestContext.Current.CancellationToken);
        var back = Assert.IsType<object?[]>(Model.Decode(output));
        Assert.Equal(values.Length, back.Length);
        return [.. back.Cast<byte[]>()];
    }

    /// <summary>As <see cref="Model.Describe"/>, but numbers as JavaScript sees them: a float with a whole value is that integer.</summary>
    private static string DescribeAsJavaScript(object? value) => value switch
    {
        float number => DescribeAsJavaScript((double)number),
        double.NaN => "NaN",
        double number when Math.Abs(number) <= (1L << 53) - 1 && number == Math.Floor(number) => Model.Describe((long)number),
        object?[] array => "[" + string.Join(',', array.Select(DescribeAsJavaScript)) + "]",
        Map map => "{" + string.Join(',', map.Entries.Select(e => DescribeAsJavaScript(e.Key) + ":" + DescribeAsJavaScript(e.Value))) + "}",
        _ => Model.Describe(value),
    };
}
