using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

public sealed class MaskingTests
{
    private const uint Key = 0x3D21FA37;

    [Fact]
    public void Apply_any_alignment_length_and_phase_equals_scalar()
    {
        var random = new Random(1);
        var source = new byte[700];
        random.NextBytes(source);
        var destination = new byte[700];
        for (var start = 0; start < 67; start++)
        {
            for (var length = 0; length <= 300; length += length < 70 ? 1 : 13)
            {
                var phase = (start + length) % 7;
                var from = source.AsSpan(start, length);
                destination.AsSpan().Fill(0xCC);
                Masking.Apply(from, destination.AsSpan(67 - start, length + 1), Key, phase);

                AssertScalar(from, destination.AsSpan(67 - start, length), phase);
                Assert.Equal(0xCC, destination[67 - start + length]); // nothing behind the end
                Assert.Equal(0xCC, destination[66 - start]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Apply_in_place_equals_scalar(int phase)
    {
        var random = new Random(2);
        for (var length = 0; length < 200; length++)
        {
            var original = new byte[length];
            random.NextBytes(original);
            var bytes = original.ToArray();
            Masking.Apply(bytes, bytes, Key, phase);
            AssertScalar(original, bytes, phase);
            Masking.Apply(bytes, bytes, Key, phase);
            Assert.Equal(original, bytes);
        }
    }

    [Fact]
    public void Apply_in_pieces_equals_whole()
    {
        var source = new byte[517];
        new Random(3).NextBytes(source);
        var whole = new byte[517];
        Masking.Apply(source, whole, Key, 0);
        var pieces = new byte[517];
        var size = 1;
        for (var at = 0; at < source.Length; at += size, size = size * 3 % 71 + 1)
        {
            size = Math.Min(size, source.Length - at);
            Masking.Apply(source.AsSpan(at, size), pieces.AsSpan(at), Key, at);
        }

        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void Apply_short_destination_throws() =>
        Assert.Throws<ArgumentException>(() => Masking.Apply(new byte[2], new byte[1], Key, 0));

    private static void AssertScalar(ReadOnlySpan<byte> source, ReadOnlySpan<byte> actual, int phase)
    {
        ReadOnlySpan<byte> octets = [0x37, 0xFA, 0x21, 0x3D];
        for (var i = 0; i < source.Length; i++)
        {
            if ((byte)(source[i] ^ octets[(i + (phase & 3)) % 4]) != actual[i])
                Assert.Fail($"Octet {i} of {source.Length} at phase {phase}.");
        }
    }
}
