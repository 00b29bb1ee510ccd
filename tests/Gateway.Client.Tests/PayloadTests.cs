using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Tests;

public sealed class PayloadTests
{
    public static TheoryData<object?, object?> Values => new()
    {
        { null, null },
        { true, true },
        { (byte)7, 7L },
        { -5, -5L },
        { long.MinValue, long.MinValue },
        { ulong.MaxValue, ulong.MaxValue },
        { 1.5f, 1.5 },
        { double.MaxValue, double.MaxValue },
        { 2.5m, 2.5 },
        { "grün", "grün" },
        { 'x', "x" },
        { DayOfWeek.Friday, "Friday" },
        { new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero) },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void From_and_Read_simple_values(object? value, object? expected) => Assert.Equal(expected, Payload.Read(Payload.From(value)));

    [Fact]
    public void From_and_Read_containers()
    {
        var payload = Payload.From(new Dictionary<string, object?>
        {
            ["list"] = new object?[] { 1, "two", null, new[] { 3 } },
            ["bytes"] = new byte[] { 1, 2 },
            ["set"] = new HashSet<string> { "a" },
            ["ext"] = new PayloadExtension(5, new byte[] { 9 }),
        });
        var map = Assert.IsType<Dictionary<object, object?>>(Payload.Read(payload));
        Assert.Equal([1L, "two", null, new List<object?> { 3L }], Assert.IsType<List<object?>>(map["list"]));
        Assert.Equal(new byte[] { 1, 2 }, map["bytes"]);
        Assert.Equal(["a"], Assert.IsType<List<object?>>(map["set"]));
        Assert.Equal([9], Assert.IsType<PayloadExtension>(map["ext"]).Data.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1")]
    [InlineData("0102")]
    [InlineData("92c0")]
    [InlineData("81c0c0")] // a key of nil has no place in a dictionary
    public void Read_bytes_that_are_not_one_value_throws(string hex) =>
        Assert.Throws<FormatException>(() => Payload.Read(Convert.FromHexString(hex)));

    [Fact]
    public void From_too_deep_or_unknown_throws()
    {
        object nested = 1;
        for (var i = 0; i < MessagePackReader.DefaultMaxDepth; i++)
            nested = new[] { nested };
        Assert.Equal(MessagePackReader.DefaultMaxDepth, Payload.From(nested).Length - 1);
        Assert.Throws<ArgumentException>(() => Payload.From(new[] { nested }));
        Assert.Throws<ArgumentException>(() => Payload.From(new Uri("http://x")));
    }

    [Fact]
    public void Serializer_objects_travel_as_maps()
    {
        var order = new Order("o-1", 3, [new Line("a", 1.5)], new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero), [1, 2, 3]);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        PayloadSerializer.Default.Serialize(output, order);
        var map = Assert.IsType<Dictionary<object, object?>>(Payload.Read(output.WrittenMemory));
        Assert.Equal("o-1", map["id"]);
        var back = PayloadSerializer.Default.Deserialize<Order>(output.WrittenMemory)!;
        Assert.Equivalent(order, back, strict: true);
    }

    [Fact]
    public void Deserialize_converts_numbers_and_says_what_does_not_fit()
    {
        Assert.Equal(5, PayloadSerializer.Default.Deserialize<int>(Payload.From(5L)));
        Assert.Null(PayloadSerializer.Default.Deserialize<string>(Payload.Nil));
        Assert.Throws<FormatException>(() => PayloadSerializer.Default.Deserialize<int>(Payload.From("x")));
        Assert.Throws<FormatException>(() => PayloadSerializer.Default.Deserialize<int>(new byte[] { 0xc1 }));
    }

    private sealed record Line(string Name, double Price);

    private sealed record Order(string Id, int Count, List<Line> Lines, DateTimeOffset At, byte[] Blob);
}
