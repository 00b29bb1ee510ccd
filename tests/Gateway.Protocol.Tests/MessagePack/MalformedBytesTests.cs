using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

public sealed class MalformedBytesTests
{
    public static TheoryData<string, MessagePackError> Table => new()
    {
        // The code that starts nothing, at every kind of place.
        { "c1", MessagePackError.Malformed },
        { "91c1", MessagePackError.Malformed },
        { "9201c1", MessagePackError.Malformed },
        { "81c101", MessagePackError.Malformed },
        { "8101c1", MessagePackError.Malformed },
        { "929001c1", MessagePackError.None }, // behind the value

        // Nothing, and less than announced.
        { "", MessagePackError.Truncated },
        { "91", MessagePackError.Truncated },
        { "8101", MessagePackError.Truncated },
        { "a261", MessagePackError.Truncated },
        { "92a161", MessagePackError.Truncated },

        // Counts and lengths that the bytes cannot hold: refused before anything is reserved for them.
        { "dd7fffffff00", MessagePackError.Truncated },
        { "dc000200", MessagePackError.Truncated },
        { "df7fffffff0000", MessagePackError.Truncated },
        { "df400000000000", MessagePackError.Truncated }, // 2^30 entries are 2^31 values
        { "de0002010203", MessagePackError.Truncated },
        { "db7fffffff61", MessagePackError.Truncated },
        { "c67fffffff61", MessagePackError.Truncated },
        { "c97fffffff0161", MessagePackError.Truncated },

        // Counts and lengths that no buffer can hold.
        { "ddffffffff", MessagePackError.Malformed },
        { "dd80000000", MessagePackError.Malformed },
        { "dfffffffff", MessagePackError.Malformed },
        { "dbffffffff", MessagePackError.Malformed },
        { "c6ffffffff", MessagePackError.Malformed },
        { "c9ffffffff01", MessagePackError.Malformed },

        // Strings that are not UTF-8: stray continuation, overlong, surrogate, beyond U+10FFFF, cut short.
        { "a180", MessagePackError.Malformed },
        { "a2c0af", MessagePackError.Malformed },
        { "a3eda080", MessagePackError.Malformed },
        { "a4f4908080", MessagePackError.Malformed },
        { "a2e282", MessagePackError.Malformed },
        { "a1ff", MessagePackError.Malformed },
        { "d901ff", MessagePackError.Malformed },
        { "da0001ff", MessagePackError.Malformed },
        { "db00000001ff", MessagePackError.Malformed },
        { "81a1ff01", MessagePackError.Malformed },

        // Timestamps of other lengths, and with a second's nanoseconds and more.
        { "c700ff", MessagePackError.Malformed },
        { "d4ff00", MessagePackError.Malformed },
        { "d5ff0000", MessagePackError.Malformed },
        { "d8ff00000000000000000000000000000000", MessagePackError.Malformed },
        { "c70bff0000000000000000000000", MessagePackError.Malformed },
        { "d7ffee6b280000000000", MessagePackError.Malformed },
        { "c70cff3b9aca000000000000000000", MessagePackError.Malformed },
        { "91d4ff00", MessagePackError.Malformed },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void TrySkip_malformed_bytes_says_why(string hex, MessagePackError expected)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.Equal(expected == MessagePackError.None, reader.TrySkip());
        Assert.Equal(expected, reader.Error);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Read_malformed_bytes_says_why(string hex, MessagePackError expected) =>
        Assert.Equal(expected, Model.TryDecode(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Read_random_and_mutated_bytes_agrees_with_skip_and_never_throws()
    {
        var random = Seed.NewRandom(out var seed);
        var generator = new ModelGenerator(random);
        for (var round = 0; round < 20_000; round++)
        {
            byte[] bytes;
            if (round % 2 == 0)
            {
                bytes = new byte[random.Next(0, 40)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = Model.Encode(generator.Next(3));
                for (var i = random.Next(1, 4); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var reader = new MessagePackReader(bytes, MessagePackReader.GreatestMaxDepth);
            var skipped = reader.TrySkip(out var raw) ? MessagePackError.None : reader.Error;
            var read = Model.TryDecode(bytes, out _, out var consumed);
            Assert.True(skipped == read, $"seed {seed}, round {round}: skip says {skipped}, read {read}: {Convert.ToHexString(bytes)}");
            if (skipped == MessagePackError.None)
                Assert.Equal(consumed, raw.Length);
        }
    }
}
