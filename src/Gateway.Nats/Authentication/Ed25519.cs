using System.Security.Cryptography;

namespace Gateway.Nats.Authentication;

/// <summary>Signs with Ed25519 (RFC 8032, section 5.1). The base library has SHA-512, but not this signature (as of .NET 10), and a nonce per connect is all we sign.</summary>
/// <remarks>Takes the same time for every key. A signature takes about a millisecond: fine for a handshake, not meant for a hot path.</remarks>
internal static class Ed25519
{
    public const int KeyBytes = 32;
    public const int SignatureBytes = 64;

    /// <summary>The order of the generator's group, little-endian.</summary>
    private static ReadOnlySpan<byte> Order =>
        [0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10];

    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        Span<byte> secret = stackalloc byte[64];
        Expand(seed, secret);
        var key = new byte[KeyBytes];
        EdwardsPoint.MultiplyGenerator(secret[..32]).Write(key);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        Span<byte> secret = stackalloc byte[64];
        Expand(seed, secret);
        var publicKey = PublicKey(seed);
        var signature = new byte[SignatureBytes];

        Span<byte> nonce = stackalloc byte[64];
        Hash(secret[32..], default, message, nonce);
        Reduce(nonce);
        EdwardsPoint.MultiplyGenerator(nonce[..32]).Write(signature);

        Span<byte> challenge = stackalloc byte[64];
        Hash(signature.AsSpan(0, 32), publicKey, message, challenge);
        Reduce(challenge);

        Span<long> sum = stackalloc long[64];
        sum.Clear();
        for (var i = 0; i < 32; i++)
            sum[i] = nonce[i];
        for (var i = 0; i < 32; i++)
        {
            for (var j = 0; j < 32; j++)
                sum[i + j] += (long)challenge[i] * secret[j];
        }

        Reduce(sum, signature.AsSpan(32));
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(nonce);
        sum.Clear();
        return signature;
    }

    private static void Expand(ReadOnlySpan<byte> seed, Span<byte> secret)
    {
        SHA512.HashData(seed, secret);
        secret[0] &= 248;
        secret[31] &= 127;
        secret[31] |= 64;
    }

    private static void Hash(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> destination)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(a);
        hash.AppendData(b);
        hash.AppendData(c);
        hash.GetHashAndReset(destination);
    }

    private static void Reduce(Span<byte> number)
    {
        Span<long> digits = stackalloc long[64];
        for (var i = 0; i < 64; i++)
            digits[i] = number[i];
        number.Clear();
        Reduce(digits, number[..32]);
        digits.Clear();
    }

    /// <summary>Modulo the group's order: takes the top digits off one after the other, as 16 times their value times the order's low part.</summary>
    private static void Reduce(Span<long> digits, Span<byte> destination)
    {
        long carry;
        for (var i = 63; i >= 32; i--)
        {
            carry = 0;
            int j;
            for (j = i - 32; j < i - 12; j++)
            {
                digits[j] += carry - (16 * digits[i] * Order[j - (i - 32)]);
                carry = (digits[j] + 128) >> 8;
                digits[j] -= carry << 8;
            }

            digits[j] += carry;
            digits[i] = 0;
        }

        carry = 0;
        var top = digits[31] >> 4;
        for (var j = 0; j < 32; j++)
        {
            digits[j] += carry - (top * Order[j]);
            carry = digits[j] >> 8;
            digits[j] &= 255;
        }

        for (var j = 0; j < 32; j++)
            digits[j] -= carry * Order[j];
        for (var i = 0; i < 32; i++)
        {
            if (i < 31)
                digits[i + 1] += digits[i] >> 8;
            destination[i] = (byte)digits[i];
        }
    }
}
