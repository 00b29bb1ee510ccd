using System.Runtime.CompilerServices;

namespace Gateway.Nats.Authentication;

/// <summary>
/// A number modulo 2^255 - 19 as 16 limbs of 16 bits (a limb may be larger or negative between carries). Every operation takes the same time whatever
/// the numbers are: no branch and no index depends on them.
/// </summary>
/// <remarks>After TweetNaCl (public domain, https://tweetnacl.cr.yp.to), which was written to be verified by reading.</remarks>
[InlineArray(Limbs)]
internal struct FieldElement
{
    private const int Limbs = 16;

    private long _limb;

    public static FieldElement One
    {
        get
        {
            FieldElement one = default;
            one[0] = 1;
            return one;
        }
    }

    public static FieldElement From(ReadOnlySpan<ushort> limbs)
    {
        FieldElement element = default;
        for (var i = 0; i < Limbs; i++)
            element[i] = limbs[i];
        return element;
    }

    public static FieldElement operator +(FieldElement a, FieldElement b)
    {
        FieldElement sum = default;
        for (var i = 0; i < Limbs; i++)
            sum[i] = a[i] + b[i];
        return sum;
    }

    public static FieldElement operator -(FieldElement a, FieldElement b)
    {
        FieldElement difference = default;
        for (var i = 0; i < Limbs; i++)
            difference[i] = a[i] - b[i];
        return difference;
    }

    public static FieldElement operator *(FieldElement a, FieldElement b)
    {
        Span<long> wide = stackalloc long[(2 * Limbs) - 1];
        wide.Clear();
        for (var i = 0; i < Limbs; i++)
        {
            for (var j = 0; j < Limbs; j++)
                wide[i + j] += a[i] * b[j];
        }

        // 2^256 is 38 modulo 2^255 - 19.
        FieldElement product = default;
        for (var i = 0; i < Limbs; i++)
            product[i] = wide[i] + (i < Limbs - 1 ? 38 * wide[i + Limbs] : 0);
        product.Carry();
        product.Carry();
        return product;
    }

    /// <summary>To the power of 2^255 - 21, which is the inverse.</summary>
    public readonly FieldElement Invert()
    {
        var power = this;
        for (var bit = 253; bit >= 0; bit--)
        {
            power *= power;
            if (bit is not (2 or 4))
                power *= this;
        }

        return power;
    }

    /// <summary>Swaps two numbers when the bit is 1, in the same time as when it is 0.</summary>
    public static void SwapIf(int bit, ref FieldElement a, ref FieldElement b)
    {
        var mask = -(long)bit;
        for (var i = 0; i < Limbs; i++)
        {
            var difference = mask & (a[i] ^ b[i]);
            a[i] ^= difference;
            b[i] ^= difference;
        }
    }

    /// <summary>The one representation between 0 and 2^255 - 20, little-endian.</summary>
    public readonly void Write(Span<byte> destination)
    {
        var reduced = this;
        reduced.Carry();
        reduced.Carry();
        reduced.Carry();
        for (var round = 0; round < 2; round++)
        {
            FieldElement less = default;
            less[0] = reduced[0] - 0xFFED;
            for (var i = 1; i < Limbs - 1; i++)
            {
                less[i] = reduced[i] - 0xFFFF - ((less[i - 1] >> 16) & 1);
                less[i - 1] &= 0xFFFF;
            }

            less[15] = reduced[15] - 0x7FFF - ((less[14] >> 16) & 1);
            var borrowed = (int)((less[15] >> 16) & 1);
            less[14] &= 0xFFFF;
            SwapIf(1 - borrowed, ref reduced, ref less);
        }

        for (var i = 0; i < Limbs; i++)
        {
            destination[2 * i] = (byte)reduced[i];
            destination[(2 * i) + 1] = (byte)(reduced[i] >> 8);
        }
    }

    /// <summary>The lowest bit of the one representation.</summary>
    public readonly int Parity()
    {
        Span<byte> bytes = stackalloc byte[32];
        Write(bytes);
        return bytes[0] & 1;
    }

    private void Carry()
    {
        for (var i = 0; i < Limbs; i++)
        {
            this[i] += 1L << 16;
            var carry = (this[i] >> 16) - 1;
            this[i] -= (carry + 1) << 16;
            if (i < Limbs - 1)
                this[i + 1] += carry;
            else
                this[0] += 38 * carry;
        }
    }
}
