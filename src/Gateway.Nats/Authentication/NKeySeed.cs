using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Nats.Authentication;

/// <summary>
/// The seed of an nkey: base32 of a prefix of two bytes (10010 for a seed, then the kind of key), 32 bytes and a CRC-16, such as <c>SU...</c> for a user.
/// </summary>
internal sealed class NKeySeed
{
    private const byte SeedPrefix = 18 << 3;

    private readonly byte[] _seed;

    /// <param name="kind">The first byte of the public key: <c>20 &lt;&lt; 3</c> (U) for a user.</param>
    /// <param name="seed">32 secret bytes.</param>
    public NKeySeed(byte kind, ReadOnlySpan<byte> seed)
    {
        _seed = seed.ToArray();
        var key = new byte[1 + Ed25519.KeyBytes + 2];
        key[0] = kind;
        Ed25519.PublicKey(seed).CopyTo(key, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(key.AsSpan(33), Crc16(key.AsSpan(0, 33)));
        PublicKey = Base32.Encode(key);
        Kind = kind;
    }

    public string PublicKey { get; }

    public byte Kind { get; }

    /// <exception cref="FormatException">It is none. The message does not repeat it.</exception>
    public static NKeySeed Parse(ReadOnlySpan<char> text)
    {
        var bytes = new byte[36];
        try
        {
            if (!Base32.TryDecode(text.Trim(), bytes))
                throw new FormatException("This is no seed of an nkey: it has 58 letters and digits of base32 and begins with S.");
            if ((bytes[0] & 0xF8) != SeedPrefix)
                throw new FormatException("This is no seed of an nkey: a seed begins with S.");
            if (Crc16(bytes.AsSpan(0, 34)) != BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(34)))
                throw new FormatException("This seed of an nkey is damaged: its check sum is wrong.");
            return new NKeySeed((byte)(((bytes[0] & 7) << 5) | ((bytes[1] & 0xF8) >> 3)), bytes.AsSpan(2, 32));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The form that <see cref="Parse"/> takes. A secret.</summary>
    public string Export()
    {
        var bytes = new byte[36];
        bytes[0] = (byte)(SeedPrefix | (Kind >> 5));
        bytes[1] = (byte)((Kind & 31) << 3);
        _seed.CopyTo(bytes, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(34), Crc16(bytes.AsSpan(0, 34)));
        return Base32.Encode(bytes);
    }

    /// <summary>In base64url without padding, as CONNECT wants it.</summary>
    public string Sign(string text) => System.Buffers.Text.Base64Url.EncodeToString(Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text)));

    // CRC-16/XMODEM: polynomial 0x1021, from 0.
    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }

        return (ushort)crc;
    }
}
