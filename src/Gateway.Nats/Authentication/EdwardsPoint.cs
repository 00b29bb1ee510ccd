namespace Gateway.Nats.Authentication;

/// <summary>A point of edwards25519 in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z (RFC 8032, section 5.1.4).</summary>
internal struct EdwardsPoint
{
    private FieldElement _x;
    private FieldElement _y;
    private FieldElement _z;
    private FieldElement _t;

    // 2d of the curve's equation.
    private static ReadOnlySpan<ushort> TwoD =>
        [0xF159, 0x26B2, 0x9B94, 0xEBD6, 0xB156, 0x8283, 0x149A, 0x00E0, 0xD130, 0xEEF3, 0x80F2, 0x198E, 0xFCE7, 0x56DF, 0xD9DC, 0x2406];

    private static ReadOnlySpan<ushort> GeneratorX =>
        [0xD51A, 0x8F25, 0x2D60, 0xC956, 0xA7B2, 0x9525, 0xC760, 0x692C, 0xDC5C, 0xFDD6, 0xE231, 0xC0A4, 0x53FE, 0xCD6E, 0x36D3, 0x2169];

    private static ReadOnlySpan<ushort> GeneratorY =>
        [0x6658, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666];

    /// <summary>The generator times a number of 256 bits, little-endian, by a ladder whose steps do not depend on the number.</summary>
    public static EdwardsPoint MultiplyGenerator(ReadOnlySpan<byte> scalar)
    {
        var x = FieldElement.From(GeneratorX);
        var y = FieldElement.From(GeneratorY);
        var generator = new EdwardsPoint { _x = x, _y = y, _z = FieldElement.One, _t = x * y };
        var result = new EdwardsPoint { _y = FieldElement.One, _z = FieldElement.One };
        for (var i = 255; i >= 0; i--)
        {
            var bit = (scalar[i / 8] >> (i & 7)) & 1;
            SwapIf(bit, ref result, ref generator);
            generator.Add(result);
            result.Add(result);
            SwapIf(bit, ref result, ref generator);
        }

        return result;
    }

    /// <summary>y with the lowest bit of x on top (RFC 8032, section 5.1.2).</summary>
    public readonly void Write(Span<byte> destination)
    {
        var inverse = _z.Invert();
        (_y * inverse).Write(destination);
        destination[31] ^= (byte)((_x * inverse).Parity() << 7);
    }

    private void Add(EdwardsPoint other)
    {
        var a = (_y - _x) * (other._y - other._x);
        var b = (_x + _y) * (other._x + other._y);
        var c = _t * other._t * FieldElement.From(TwoD);
        var d = _z * other._z;
        d += d;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        (_x, _y, _z, _t) = (e * f, h * g, g * f, e * h);
    }

    private static void SwapIf(int bit, ref EdwardsPoint a, ref EdwardsPoint b)
    {
        FieldElement.SwapIf(bit, ref a._x, ref b._x);
        FieldElement.SwapIf(bit, ref a._y, ref b._y);
        FieldElement.SwapIf(bit, ref a._z, ref b._z);
        FieldElement.SwapIf(bit, ref a._t, ref b._t);
    }
}
