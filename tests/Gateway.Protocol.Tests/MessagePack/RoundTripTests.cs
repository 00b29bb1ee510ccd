using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

public sealed class RoundTripTests
{
    [Fact]
    public void Write_then_read_gives_equal_values_and_the_same_bytes()
    {
        var random = Seed.NewRandom(out var seed);
        var generator = new ModelGenerator(random);
        for (var round = 0; round < 5_000; round++)
        {
            var value = generator.Next();
            var bytes = Model.Encode(value);
            var back = Model.Decode(bytes);
            Assert.True(Model.Describe(value) == Model.Describe(back), $"seed {seed}, round {round}: {Model.Describe(value)}");
            Assert.Equal(bytes, Model.Encode(back));

            var chunks = new ChunkedBufferWriter(random.Next(0, 3));
            var writer = new MessagePackWriter(chunks);
            Model.Write(ref writer, value);
            writer.Flush();
            Assert.Equal(bytes, chunks.ToArray());
        }
    }

    [Fact]
    public void Generated_values_cut_at_any_offset_are_truncated()
    {
        var generator = new ModelGenerator(Seed.NewRandom(out var seed));
        for (var round = 0; round < 300; round++)
        {
            var bytes = Model.Encode(generator.Next(3));
            for (var offset = 0; offset < Math.Min(bytes.Length, 400); offset++)
            {
                var reader = new MessagePackReader(bytes.AsSpan(0, offset));
                Assert.False(reader.TrySkip());
                Assert.True(reader.Error == MessagePackError.Truncated, $"seed {seed}, round {round}, offset {offset}: {reader.Error}");
            }
        }
    }

    [Fact]
    public void Raw_value_passed_on_is_unchanged()
    {
        var generator = new ModelGenerator(Seed.NewRandom(out _));
        var payload = Model.Encode(generator.Next());
        byte[] frame = [0x93, 0x01, .. payload, 0x02];
        var reader = new MessagePackReader(frame);
        Assert.True(reader.TryReadArrayHeader(out var count) && count == 3 && reader.TryReadInt32(out _));
        Assert.True(reader.TrySkip(out var raw));

        var copy = new byte[frame.Length];
        var writer = new MessagePackWriter(copy);
        writer.WriteArrayHeader(3);
        writer.WriteInt(1);
        writer.WriteRaw(raw);
        writer.WriteInt(2);
        Assert.Equal(frame, copy);
    }
}
