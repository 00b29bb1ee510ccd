using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

public sealed class TypedReadTests
{
    [Theory]
    [InlineData("05", true, true, true, true)]
    [InlineData("cf0000000000000005", true, true, true, true)]
    [InlineData("d30000000000000005", true, true, true, true)]
    [InlineData("ff", true, true, false, false)]
    [InlineData("d3ffffffffffffffff", true, true, false, false)]
    [InlineData("ce7fffffff", true, true, true, true)]
    [InlineData("ce80000000", false, true, true, true)]
    [InlineData("d280000000", true, true, false, false)]
    [InlineData("d3ffffffff7fffffff", false, true, false, false)]
    [InlineData("ceffffffff", false, true, true, true)]
    [InlineData("cf0000000100000000", false, true, false, true)]
    [InlineData("cf7fffffffffffffff", false, true, false, true)]
    [InlineData("cf8000000000000000", false, false, false, true)]
    [InlineData("cfffffffffffffffff", false, false, false, true)]
    [InlineData("cfffffffff00000001", false, false, false, true)]
    public void TryReadInteger_fits_or_is_out_of_range(string hex, bool int32, bool int64, bool uint32, bool uint64)
    {
        var bytes = Convert.FromHexString(hex);
        var expected = System.Numerics.BigInteger.Parse(Model.Describe(Model.Decode(bytes)));

        var reader = new MessagePackReader(bytes);
        Assert.Equal(int32, reader.TryReadInt32(out var a));
        Assert.Equal(int32 ? expected : 0, a);
        Assert.Equal(int32 ? MessagePackError.None : MessagePackError.OutOfRange, reader.Error);
        Assert.Equal(int32 ? bytes.Length : 0, reader.Consumed);

        reader = new MessagePackReader(bytes);
        Assert.Equal(int64, reader.TryReadInt64(out var b));
        Assert.Equal(int64 ? expected : 0, b);
        Assert.Equal(int64 ? MessagePackError.None : MessagePackError.OutOfRange, reader.Error);
        Assert.Equal(int64 ? bytes.Length : 0, reader.Consumed);

        reader = new MessagePackReader(bytes);
        Assert.Equal(uint32, reader.TryReadUInt32(out var c));
        Assert.Equal(uint32 ? expected : 0, c);
        Assert.Equal(uint32 ? MessagePackError.None : MessagePackError.OutOfRange, reader.Error);
        Assert.Equal(uint32 ? bytes.Length : 0, reader.Consumed);

        reader = new MessagePackReader(bytes);
        Assert.Equal(uint64, reader.TryReadUInt64(out var d));
        Assert.Equal(uint64 ? expected : 0, d);
        Assert.Equal(uint64 ? MessagePackError.None : MessagePackError.OutOfRange, reader.Error);
        Assert.Equal(uint64 ? bytes.Length : 0, reader.Consumed);
    }

    [Theory]
    [InlineData("05", 5)]
    [InlineData("e0", -32)]
    [InlineData("cf8000000000000000", 9223372036854775808.0)]
    [InlineData("ca3fc00000", 1.5)]
    [InlineData("cb3fb999999999999a", 0.1)]
    public void TryReadDouble_takes_any_number(string hex, double expected)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.True(reader.TryReadDouble(out var value));
        Assert.Equal(expected, value);
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void TryRead_value_of_another_type_says_wrong_type_and_stays()
    {
        string[] values = ["c0", "c3", "05", "cb3ff8000000000000", "a161", "c40161", "9101", "810101", "d40500", "d6ff00000000"];
        MessagePackType[] types =
        [
            MessagePackType.Nil, MessagePackType.Boolean, MessagePackType.Integer, MessagePackType.Float, MessagePackType.String,
            MessagePackType.Binary, MessagePackType.Array, MessagePackType.Map, MessagePackType.Extension, MessagePackType.Extension,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            var bytes = Convert.FromHexString(values[i]);
            var type = types[i];
            Assert.Equal(type, new MessagePackReader(bytes).NextType);
            Expect(type == MessagePackType.Nil, bytes, (ref MessagePackReader r) => r.TryReadNil());
            Expect(type == MessagePackType.Boolean, bytes, (ref MessagePackReader r) => r.TryReadBoolean(out _));
            Expect(type == MessagePackType.Integer, bytes, (ref MessagePackReader r) => r.TryReadInt32(out _));
            Expect(type == MessagePackType.Integer, bytes, (ref MessagePackReader r) => r.TryReadUInt64(out _));
            Expect(type is MessagePackType.Float or MessagePackType.Integer, bytes, (ref MessagePackReader r) => r.TryReadDouble(out _));
            Expect(false, bytes, (ref MessagePackReader r) => r.TryReadSingle(out _));
            Expect(type == MessagePackType.String, bytes, (ref MessagePackReader r) => r.TryReadString(out _));
            Expect(type == MessagePackType.Binary, bytes, (ref MessagePackReader r) => r.TryReadBinary(out _));
            Expect(type == MessagePackType.Array, bytes, (ref MessagePackReader r) => r.TryReadArrayHeader(out _));
            Expect(type == MessagePackType.Map, bytes, (ref MessagePackReader r) => r.TryReadMapHeader(out _));
            Expect(type == MessagePackType.Extension, bytes, (ref MessagePackReader r) => r.TryReadExtension(out _, out _));
            Expect(i == 9, bytes, (ref MessagePackReader r) => r.TryReadTimestamp(out MessagePackTimestamp _));
            Expect(i == 9, bytes, (ref MessagePackReader r) => r.TryReadTimestamp(out DateTimeOffset _));
        }
    }

    [Fact]
    public void TypeOf_every_code_is_what_the_specification_says()
    {
        for (var code = 0; code <= 255; code++)
        {
            // One byte alone decides: whole values are never longer than code, 4 bytes of length, type and 16 bytes.
            byte[] bytes = [(byte)code, .. new byte[40]];
            var reader = new MessagePackReader(bytes);
            var isValue = Model.TryRead(ref reader, out var value);
            var expected = value switch
            {
                null => isValue ? MessagePackType.Nil : MessagePackType.Invalid,
                bool => MessagePackType.Boolean,
                long or ulong => MessagePackType.Integer,
                float or double => MessagePackType.Float,
                string => MessagePackType.String,
                byte[] => MessagePackType.Binary,
                object?[] => MessagePackType.Array,
                Map => MessagePackType.Map,
                _ => MessagePackType.Extension,
            };
            Assert.Equal(expected, MessagePackReader.TypeOf((byte)code));
            Assert.Equal(code != 0xc1, isValue);
        }
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05.1234567+00:00", 1767323045, 123456700)]
    [InlineData("1969-12-31T23:59:59.9999999+00:00", -1, 999999900)]
    [InlineData("0001-01-01T00:00:00+00:00", -62135596800, 0)]
    [InlineData("9999-12-31T23:59:59.9999999+00:00", 253402300799, 999999900)]
    [InlineData("2026-01-02T05:04:05+02:00", 1767323045, 0)]
    public void Timestamp_and_DateTimeOffset_convert_both_ways(string text, long seconds, uint nanoseconds)
    {
        var moment = DateTimeOffset.Parse(text);
        Assert.Equal(new MessagePackTimestamp(seconds, nanoseconds), MessagePackTimestamp.FromDateTimeOffset(moment));
        var reader = new MessagePackReader(Model.Encode(MessagePackTimestamp.FromDateTimeOffset(moment)));
        Assert.True(reader.TryReadTimestamp(out DateTimeOffset back));
        Assert.Equal(moment, back);
    }

    [Theory]
    [InlineData(-62135596801, 0)]
    [InlineData(253402300800, 0)]
    [InlineData(long.MaxValue, 999999999)]
    [InlineData(long.MinValue, 0)]
    public void TryReadTimestamp_beyond_DateTimeOffset_is_out_of_range(long seconds, uint nanoseconds)
    {
        var reader = new MessagePackReader(Model.Encode(new MessagePackTimestamp(seconds, nanoseconds)));
        Assert.False(reader.TryReadTimestamp(out DateTimeOffset _));
        Assert.Equal(MessagePackError.OutOfRange, reader.Error);
        Assert.True(reader.TryReadTimestamp(out MessagePackTimestamp exact));
        Assert.Equal(seconds, exact.Seconds);
    }

    [Fact]
    public void WriteString_unpaired_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("A561EFBFBD62", Convert.ToHexString(Model.Encode("a\ud800b")));

    private delegate bool Read(ref MessagePackReader reader);

    private static void Expect(bool isRight, byte[] bytes, Read read)
    {
        var reader = new MessagePackReader(bytes);
        Assert.Equal(isRight, read(ref reader));
        Assert.Equal(isRight, reader.Consumed > 0);
        Assert.Equal(isRight ? MessagePackError.None : MessagePackError.WrongType, reader.Error);
    }
}
