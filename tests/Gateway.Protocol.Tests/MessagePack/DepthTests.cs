using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

public sealed class DepthTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(MessagePackReader.GreatestMaxDepth)]
    public void TrySkip_depth_at_the_limit_passes_and_one_more_is_too_deep(int maxDepth)
    {
        foreach (var opener in new[] { "91", "81c0", "dc0001", "dd00000001", "de0001c0" })
        {
            foreach (var innermost in new[] { "90", "80" })
            {
                byte[] atLimit = [.. Nest(opener, maxDepth - 1), .. Convert.FromHexString(innermost)];
                var reader = new MessagePackReader(atLimit, maxDepth);
                Assert.True(reader.TrySkip(out var raw));
                Assert.Equal(atLimit.Length, raw.Length);

                byte[] beyond = [.. Nest(opener, maxDepth), .. Convert.FromHexString(innermost)];
                reader = new MessagePackReader(beyond, maxDepth);
                Assert.False(reader.TrySkip());
                Assert.Equal(MessagePackError.TooDeep, reader.Error);
                Assert.Equal(0, reader.Consumed);
            }
        }
    }

    [Fact]
    public void TrySkip_scalars_at_any_depth_do_not_count()
    {
        var reader = new MessagePackReader([.. Nest("91", 64), 0x05]);
        Assert.True(reader.TrySkip());
    }

    [Theory]
    [InlineData("91")]
    [InlineData("81c0")]
    [InlineData("8180")]
    [InlineData("df00000001c0")]
    public void TrySkip_megabyte_of_nesting_is_too_deep(string opener)
    {
        var reader = new MessagePackReader(Nest(opener, 1_000_000));
        Assert.False(reader.TrySkip());
        Assert.Contains(reader.Error, new[] { MessagePackError.TooDeep, MessagePackError.Truncated });
        if (opener != "8180")
            Assert.Equal(MessagePackError.TooDeep, reader.Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(MessagePackReader.GreatestMaxDepth + 1)]
    public void Constructor_depth_out_of_bounds_throws(int maxDepth) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackReader(default, maxDepth).Consumed);

    private static byte[] Nest(string opener, int times)
    {
        var part = Convert.FromHexString(opener);
        var bytes = new byte[part.Length * times];
        for (var i = 0; i < times; i++)
            part.CopyTo(bytes, i * part.Length);
        return bytes;
    }
}
