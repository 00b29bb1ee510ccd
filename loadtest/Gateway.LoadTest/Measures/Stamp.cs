using System.Diagnostics.CodeAnalysis;

namespace Gateway.LoadTest.Measures;

/// <summary>
/// What every published payload begins with, as text, so that it is the same in both subprotocols:
/// <code>
/// ~ | slot(4 hex) | sequence(8 hex) | due(16 hex) | padding up to the wanted size
/// </code>
/// The slot is the publisher's place among the publishers of its room, the sequence its count of messages to that room from 1 on, and due the
/// time at which the schedule wanted the message sent, in nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
/// </summary>
internal readonly record struct Stamp(int Slot, uint Sequence, long Due)
{
    public const int Length = 29;

    public static void Write(Span<byte> payload, Stamp stamp)
    {
        payload[0] = (byte)'~';
        WriteHex(payload.Slice(1, 4), (ulong)stamp.Slot);
        WriteHex(payload.Slice(5, 8), stamp.Sequence);
        WriteHex(payload.Slice(13, 16), (ulong)stamp.Due);
        payload[Length..].Fill((byte)'.');
    }

    [SuppressMessage("Roslynator", "RCS1242", Justification = "A span is a value.")]
    public static bool TryRead(ReadOnlySpan<byte> payload, out Stamp stamp)
    {
        stamp = default;
        if (payload.Length < Length || payload[0] != '~')
            return false;
        stamp = new Stamp((int)ReadHex(payload.Slice(1, 4)), (uint)ReadHex(payload.Slice(5, 8)), (long)ReadHex(payload.Slice(13, 16)));
        return true;
    }

    private static void WriteHex(Span<byte> digits, ulong value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }
    }

    /// <summary>Of '0'..'9' the low four bits are the value; of 'a'..'f' they are it less 9, and bit 6 tells them apart.</summary>
    private static ulong ReadHex(ReadOnlySpan<byte> digits)
    {
        ulong value = 0;
        foreach (var digit in digits)
            value = (value << 4) | (uint)((digit & 15) + ((digit >> 6) * 9));
        return value;
    }
}
