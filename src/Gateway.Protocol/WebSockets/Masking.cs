using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Masks and unmasks payloads (RFC 6455 5.3): octet i of the payload is XORed with octet i mod 4 of the key.
/// </summary>
/// <remarks>Hot path; measured by MaskingBenchmarks, checked against a scalar loop at every alignment by MaskingTests.</remarks>
public static class Masking
{
    /// <summary>
    /// Writes <paramref name="source"/> XOR key to <paramref name="destination"/>.
    /// </summary>
    /// <param name="source">The octets to mask or unmask; may be the very same memory as the destination, but not overlap it otherwise.</param>
    /// <param name="destination">At least as long as the source.</param>
    /// <param name="key">The four key octets in wire order, read as a little-endian number.</param>
    /// <param name="phase">Position of the first octet within the masked payload; only its value mod 4 counts.</param>
    /// <exception cref="ArgumentException">The destination is shorter than the source.</exception>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint key, int phase)
    {
        if (destination.Length < source.Length)
            throw new ArgumentException("The destination is shorter than the source.", nameof(destination));

        // From here on the key's lowest octet belongs to the first octet of the source, and stays so because every step below is a
        // multiple of four octets until the last three.
        key = BitConverter.IsLittleEndian
            ? BitOperations.RotateRight(key, (phase & 3) * 8)
            : BinaryPrimitives.ReverseEndianness(BitOperations.RotateRight(key, (phase & 3) * 8));

        // Bounds: `offset + width <= length` holds before each load and store of `width` octets, and both spans have `length` octets.
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        nuint length = (uint)source.Length;
        nuint offset = 0;

        if (Vector512.IsHardwareAccelerated && length >= 64)
        {
            var mask = Vector512.Create(key).AsByte();
            for (; offset + 64 <= length; offset += 64)
                (Vector512.LoadUnsafe(ref from, offset) ^ mask).StoreUnsafe(ref to, offset);
        }

        if (Vector256.IsHardwareAccelerated && length - offset >= 32)
        {
            var mask = Vector256.Create(key).AsByte();
            for (; offset + 32 <= length; offset += 32)
                (Vector256.LoadUnsafe(ref from, offset) ^ mask).StoreUnsafe(ref to, offset);
        }

        if (Vector128.IsHardwareAccelerated && length - offset >= 16)
        {
            var mask = Vector128.Create(key).AsByte();
            for (; offset + 16 <= length; offset += 16)
                (Vector128.LoadUnsafe(ref from, offset) ^ mask).StoreUnsafe(ref to, offset);
        }

        var wide = ((ulong)key << 32) | key;
        for (; offset + 8 <= length; offset += 8)
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, offset), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, offset)) ^ wide);

        if (offset + 4 <= length)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, offset), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, offset)) ^ key);
            offset += 4;
        }

        for (var octet = 0; offset < length; offset++, octet++)
        {
            var shift = BitConverter.IsLittleEndian ? octet * 8 : 24 - octet * 8;
            Unsafe.Add(ref to, offset) = (byte)(Unsafe.Add(ref from, offset) ^ (byte)(key >> shift));
        }
    }
}
