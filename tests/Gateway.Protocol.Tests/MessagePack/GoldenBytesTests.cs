using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

public sealed class GoldenBytesTests
{
    [Theory]
    [MemberData(nameof(GoldenBytes.Shortest), MemberType = typeof(GoldenBytes))]
    public void Write_golden_value_gives_golden_bytes(string row) =>
        Assert.Equal(GoldenBytes.BytesOf(row), Model.Encode(GoldenBytes.ValueOf(row)));

    [Theory]
    [MemberData(nameof(GoldenBytes.Shortest), MemberType = typeof(GoldenBytes))]
    public void Write_into_a_span_of_exact_size_fits_and_one_byte_less_overflows(string row)
    {
        var golden = GoldenBytes.BytesOf(row);
        var exact = new byte[golden.Length];
        var writer = new MessagePackWriter(exact);
        Model.Write(ref writer, GoldenBytes.ValueOf(row));
        Assert.False(writer.HasOverflowed);
        Assert.Equal(golden.Length, writer.Written);
        Assert.Equal(golden, exact);

        for (var size = golden.Length - 1; size >= Math.Max(0, golden.Length - 20); size--)
        {
            var shorter = new MessagePackWriter(exact.AsSpan(0, size));
            Model.Write(ref shorter, GoldenBytes.ValueOf(row));
            Assert.True(shorter.HasOverflowed);
            Assert.True(shorter.Written <= size);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenBytes.Shortest), MemberType = typeof(GoldenBytes))]
    public void Write_through_a_buffer_writer_of_tiny_chunks_gives_golden_bytes(string row)
    {
        var golden = GoldenBytes.BytesOf(row);
        var chunks = new ChunkedBufferWriter(surplus: 0);
        var writer = new MessagePackWriter(chunks);
        Model.Write(ref writer, GoldenBytes.ValueOf(row));
        writer.Flush();
        Assert.Equal(golden, chunks.ToArray());
    }

    [Theory]
    [MemberData(nameof(GoldenBytes.Shortest), MemberType = typeof(GoldenBytes))]
    [MemberData(nameof(GoldenBytes.Longer), MemberType = typeof(GoldenBytes))]
    public void Read_golden_bytes_gives_golden_value(string row) =>
        Assert.Equal(Model.Describe(GoldenBytes.ValueOf(row)), Model.Describe(Model.Decode(GoldenBytes.BytesOf(row))));

    [Theory]
    [MemberData(nameof(GoldenBytes.Shortest), MemberType = typeof(GoldenBytes))]
    [MemberData(nameof(GoldenBytes.Longer), MemberType = typeof(GoldenBytes))]
    public void TrySkip_takes_the_value_and_not_what_follows(string row)
    {
        byte[] bytes = [.. GoldenBytes.BytesOf(row), 0xc1];
        var reader = new MessagePackReader(bytes);
        Assert.True(reader.TrySkip(out var raw));
        Assert.True(raw.SequenceEqual(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Equal(bytes.Length - 1, reader.Consumed);
        Assert.Equal(MessagePackType.Invalid, reader.NextType);
    }

    [Theory]
    [MemberData(nameof(GoldenBytes.Shortest), MemberType = typeof(GoldenBytes))]
    [MemberData(nameof(GoldenBytes.Longer), MemberType = typeof(GoldenBytes))]
    public void Read_value_cut_at_any_offset_says_truncated(string row)
    {
        var bytes = GoldenBytes.BytesOf(row);

        // The big ones would make this quadratic: the first and the last bytes are where the decisions are.
        var offsets = bytes.Length < 1000
            ? Enumerable.Range(0, bytes.Length)
            : Enumerable.Range(0, 64).Concat(Enumerable.Range(bytes.Length - 64, 64));
        foreach (var offset in offsets)
        {
            var cut = bytes.AsSpan(0, offset);
            Assert.Equal(MessagePackError.Truncated, Model.TryDecode(cut, out _, out _));

            var reader = new MessagePackReader(cut);
            Assert.False(reader.TrySkip(out var raw));
            Assert.Equal(MessagePackError.Truncated, reader.Error);
            Assert.Equal(0, reader.Consumed);
            Assert.True(raw.IsEmpty);
        }
    }
}
