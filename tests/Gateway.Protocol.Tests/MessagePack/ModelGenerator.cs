using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>Random values of the tests' model, with a taste for the boundaries between encodings.</summary>
internal sealed class ModelGenerator(Random random)
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 255, 256, 257];
    private static readonly string[] Keys = ["a", "$bin", "$$", "$map", "$time", "$x", "key", "", "ключ", "\"\\\n\u0001"];

    /// <summary>Only values that JavaScript writes back to the same bytes: no float 32, no integral float, no NaN, only string keys.</summary>
    public bool OnlyWhatJavaScriptKeeps { get; init; }

    public object? Next(int depth = 4)
    {
        var kind = random.Next(depth > 0 ? 13 : 9);
        return kind switch
        {
            0 => null,
            1 => random.Next(2) == 0,
            2 or 3 => Integer(),
            4 => Double(),
            5 => OnlyWhatJavaScriptKeeps ? Text() : (object)BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)),
            6 => Text(),
            7 => Bytes(),
            8 => random.Next(2) == 0 ? Moment() : new Extension((sbyte)random.Next(0, 128), Bytes()),
            9 or 10 => Enumerable.Range(0, Count()).Select(_ => Next(depth - 1)).ToArray(),
            _ => Entries(depth),
        };
    }

    public string Text()
    {
        var length = Lengths[random.Next(Lengths.Length)];
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var rune = random.Next(6) switch
            {
                0 => new Rune(random.Next(0, 0x20)),
                1 => new Rune(random.Next(0x80, 0x800)),
                2 => new Rune(random.Next(0x800, 0xd800)),
                3 => new Rune(random.Next(0x1_0000, 0x11_0000)),
                _ => new Rune(random.Next(0x20, 0x7f)),
            };
            text.Append(rune.ToString());
        }

        return text.ToString();
    }

    public object Integer()
    {
        var bits = random.Next(0, 65);
        var value = bits == 64 ? (ulong)random.NextInt64() * 2 : bits == 0 ? 0 : (ulong)random.NextInt64() >> (64 - bits);
        value = random.Next(3) switch
        {
            0 => bits is 0 or 64 ? value : 1UL << (bits - 1),
            1 => bits is 0 or 64 ? value : (1UL << bits) - 1,
            _ => value,
        };
        if (random.Next(2) == 0 && value <= long.MaxValue)
            return -(long)value;
        return value <= long.MaxValue ? (long)value : value;
    }

    public MessagePackTimestamp Moment()
    {
        var seconds = random.Next(4) switch
        {
            0 => random.NextInt64(0, 1L << 32),
            1 => random.NextInt64(0, 1L << 34),
            2 => random.NextInt64(-62_135_596_800, 253_402_300_800),
            _ => OnlyWhatJavaScriptKeeps ? random.NextInt64(-(1L << 40), 1L << 40) : random.NextInt64(long.MinValue, long.MaxValue),
        };
        return new MessagePackTimestamp(seconds, random.Next(2) == 0 ? 0 : (uint)random.Next(1_000_000_000));
    }

    private double Double()
    {
        var value = random.Next(8) switch
        {
            0 => double.NaN,
            1 => double.PositiveInfinity,
            2 => double.NegativeInfinity,
            3 => -0.0,
            4 => random.Next(-1000, 1000),
            5 => random.NextDouble(),
            _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        };
        var isInteger = Math.Abs(value) <= 1L << 53 && value == Math.Floor(value);
        if (OnlyWhatJavaScriptKeeps && (isInteger || double.IsNaN(value)))
            return 0.5;

        // One NaN stands for all: JSON keeps none of the others apart.
        return double.IsNaN(value) ? double.NaN : value;
    }

    private byte[] Bytes()
    {
        var bytes = new byte[Lengths[random.Next(Lengths.Length)]];
        random.NextBytes(bytes);
        return bytes;
    }

    private int Count() => random.Next(10) == 0 ? random.Next(14, 18) : random.Next(0, 4);

    private Map Entries(int depth)
    {
        var entries = new (object? Key, object? Value)[Count()];
        for (var i = 0; i < entries.Length; i++)
        {
            // JavaScript keeps keys unique, and moves those that look like numbers to the front.
            object? key = OnlyWhatJavaScriptKeeps ? $"k{i}{Text()}" : random.Next(4) switch
            {
                0 => Next(depth - 1),
                1 => Text(),
                _ => Keys[random.Next(Keys.Length)],
            };
            entries[i] = (key, Next(depth - 1));
        }

        return new Map(entries);
    }
}
