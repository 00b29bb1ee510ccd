using System.Runtime.CompilerServices;

namespace Gateway.Protocol.MessagePack;

/// <summary>Reads MessagePack values one after the other from a span.</summary>
/// <remarks>
/// <para>
/// Every <c>TryRead</c> either reads one value and moves behind it, or returns false, leaves the position where it was and
/// says in <see cref="Error"/> why. No input makes a method throw, and nothing is allocated: strings, byte strings and
/// raw values are parts of the span the reader was made over.
/// </para>
/// <para>
/// Arrays and maps are read as a header followed by their values: the caller knows how deep it goes. Values whose shape
/// does not matter are taken whole by <see cref="TrySkip(out ReadOnlySpan{byte})"/>, which is where the depth limit holds.
/// </para>
/// <para>Hot path; measured by <c>MessagePackReaderBenchmarks</c>.</para>
/// </remarks>
public ref partial struct MessagePackReader
{
    /// <summary>How deep <see cref="TrySkip(out ReadOnlySpan{byte})"/> goes unless told otherwise.</summary>
    public const int DefaultMaxDepth = 64;

    /// <summary>The greatest depth that may be asked for: at 4 bytes of stack a level, 4 KiB.</summary>
    public const int GreatestMaxDepth = 1024;

    private readonly ReadOnlySpan<byte> _source;
    private readonly int _maxDepth;
    private int _position;
    private MessagePackError _error;

    /// <summary>Starts at the first byte of <paramref name="source"/>.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="maxDepth">How many arrays and maps may be open at once within one skipped value; <c>[]</c> has a depth of 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxDepth"/> is less than 1 or more than 1,024.</exception>
    public MessagePackReader(ReadOnlySpan<byte> source, int maxDepth = DefaultMaxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, GreatestMaxDepth);
        _source = source;
        _maxDepth = maxDepth;
    }

    /// <summary>The bytes read so far: where the next value starts.</summary>
    public readonly int Consumed => _position;

    /// <summary>The bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Remaining => _source[_position..];

    /// <summary>Whether every byte has been read.</summary>
    public readonly bool IsAtEnd => _position == _source.Length;

    /// <summary>Why the last method that returned false did so. A success does not reset it.</summary>
    public readonly MessagePackError Error => _error;

    /// <summary>The kind of the next value, from its first byte.</summary>
    public readonly MessagePackType NextType => _position < _source.Length ? TypeOf(_source[_position]) : MessagePackType.None;

    /// <summary>The kind of value that starts with <paramref name="code"/>.</summary>
    public static MessagePackType TypeOf(byte code) => code switch
    {
        <= MessagePackCode.MaxPositiveFixInt or >= MessagePackCode.MinNegativeFixInt => MessagePackType.Integer,
        <= MessagePackCode.MaxFixMap => MessagePackType.Map,
        <= MessagePackCode.MaxFixArray => MessagePackType.Array,
        <= MessagePackCode.MaxFixStr => MessagePackType.String,
        MessagePackCode.Nil => MessagePackType.Nil,
        MessagePackCode.NeverUsed => MessagePackType.Invalid,
        MessagePackCode.False or MessagePackCode.True => MessagePackType.Boolean,
        <= MessagePackCode.Bin32 => MessagePackType.Binary,
        <= MessagePackCode.Ext32 => MessagePackType.Extension,
        <= MessagePackCode.Float64 => MessagePackType.Float,
        <= MessagePackCode.Int64 => MessagePackType.Integer,
        <= MessagePackCode.FixExt16 => MessagePackType.Extension,
        <= MessagePackCode.Str32 => MessagePackType.String,
        <= MessagePackCode.Array32 => MessagePackType.Array,
        _ => MessagePackType.Map,
    };

    /// <summary>Reads nil. Also the way to ask whether an optional value is absent.</summary>
    public bool TryReadNil() => Advance(MessagePackPrimitives.TryReadNil(Remaining, out var size), size);

    /// <summary>Reads a boolean.</summary>
    public bool TryReadBoolean(out bool value) =>
        Advance(MessagePackPrimitives.TryReadBoolean(Remaining, out value, out var size), size);

    /// <summary>Reads a whole number of any encoding; <see cref="MessagePackError.OutOfRange"/> when it does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadInt32(out int value)
    {
        // Ops, ids and counts of a frame are nearly always below 128: one comparison, one byte.
        if (_position < _source.Length && _source[_position] <= MessagePackCode.MaxPositiveFixInt)
        {
            value = _source[_position++];
            return true;
        }

        return Advance(MessagePackPrimitives.TryReadInt32(Remaining, out value, out var size), size);
    }

    /// <summary>Reads a whole number of any encoding; <see cref="MessagePackError.OutOfRange"/> when it does not fit.</summary>
    public bool TryReadInt64(out long value) =>
        Advance(MessagePackPrimitives.TryReadInt64(Remaining, out value, out var size), size);

    /// <summary>Reads a whole number of any encoding; <see cref="MessagePackError.OutOfRange"/> when it does not fit.</summary>
    public bool TryReadUInt32(out uint value) =>
        Advance(MessagePackPrimitives.TryReadUInt32(Remaining, out value, out var size), size);

    /// <summary>Reads a whole number of any encoding; <see cref="MessagePackError.OutOfRange"/> when it does not fit.</summary>
    public bool TryReadUInt64(out ulong value) =>
        Advance(MessagePackPrimitives.TryReadUInt64(Remaining, out value, out var size), size);

    /// <summary>Reads a float 32.</summary>
    public bool TryReadSingle(out float value) =>
        Advance(MessagePackPrimitives.TryReadSingle(Remaining, out value, out var size), size);

    /// <summary>Reads a float 64, a float 32 or a whole number (rounded beyond ±2⁵³).</summary>
    public bool TryReadDouble(out double value) =>
        Advance(MessagePackPrimitives.TryReadDouble(Remaining, out value, out var size), size);

    /// <summary>Reads a string; <see cref="MessagePackError.Malformed"/> when it is not UTF-8.</summary>
    /// <param name="utf8">The bytes of the string, without its header.</param>
    public bool TryReadString(out ReadOnlySpan<byte> utf8) =>
        AdvanceSized(MessagePackPrimitives.TryReadString(Remaining, out utf8, out var size), size);

    /// <summary>Reads a byte string.</summary>
    /// <param name="value">The bytes, without the header.</param>
    public bool TryReadBinary(out ReadOnlySpan<byte> value) =>
        AdvanceSized(MessagePackPrimitives.TryReadBinary(Remaining, out value, out var size), size);

    /// <summary>
    /// Reads the header of an array; its elements are next. A count greater than the bytes left is refused as
    /// <see cref="MessagePackError.Truncated"/>, since an element takes one byte at least: a count that was returned may be
    /// trusted to size something.
    /// </summary>
    public bool TryReadArrayHeader(out int count)
    {
        var status = MessagePackPrimitives.TryReadArrayHeader(Remaining, out count, out var size);
        if (count > _source.Length - _position - size)
        {
            count = 0;
            status = DecodeStatus.InsufficientBuffer;
        }

        return AdvanceSized(status, size);
    }

    /// <summary>
    /// Reads the header of a map; key, value, key, value, … are next. A count greater than half the bytes left is refused
    /// as <see cref="MessagePackError.Truncated"/>, since an entry takes two bytes at least.
    /// </summary>
    public bool TryReadMapHeader(out int count)
    {
        var status = MessagePackPrimitives.TryReadMapHeader(Remaining, out count, out var size);
        if (count > (_source.Length - _position - size) / 2)
        {
            count = 0;
            status = DecodeStatus.InsufficientBuffer;
        }

        return AdvanceSized(status, size);
    }

    /// <summary>Reads an extension of any type. The data of a timestamp (type −1) is not looked at.</summary>
    /// <param name="type">The type.</param>
    /// <param name="data">The data, without the header.</param>
    public bool TryReadExtension(out sbyte type, out ReadOnlySpan<byte> data) =>
        AdvanceSized(MessagePackPrimitives.TryReadExtension(Remaining, out type, out data, out var size), size);

    /// <summary>Reads a timestamp at its full range and precision.</summary>
    public bool TryReadTimestamp(out MessagePackTimestamp value) =>
        AdvanceSized(MessagePackPrimitives.TryReadTimestamp(Remaining, out value, out var size), size);

    /// <summary>
    /// Reads a timestamp, rounded down to 100 ns; <see cref="MessagePackError.OutOfRange"/> outside the years 1 to 9999.
    /// </summary>
    public bool TryReadTimestamp(out DateTimeOffset value)
    {
        var status = MessagePackPrimitives.TryReadTimestamp(Remaining, out var timestamp, out var size);
        if (status != DecodeStatus.Success)
        {
            value = default;
            return AdvanceSized(status, size);
        }

        return timestamp.TryToDateTimeOffset(out value)
            ? AdvanceSized(DecodeStatus.Success, size)
            : Fail(MessagePackError.OutOfRange);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Advance(DecodeStatus status, int size)
    {
        if (status != DecodeStatus.Success)
            return Fail(status, MessagePackError.OutOfRange);
        _position += size;
        return true;
    }

    /// <summary>For values with a length or count: one that no span can hold is an error of the sender, not of the range asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool AdvanceSized(DecodeStatus status, int size)
    {
        if (status != DecodeStatus.Success)
            return Fail(status, MessagePackError.Malformed);
        _position += size;
        return true;
    }

    private bool Fail(DecodeStatus status, MessagePackError overflow) => Fail(status switch
    {
        DecodeStatus.InsufficientBuffer => MessagePackError.Truncated,
        DecodeStatus.Overflow => overflow,
        DecodeStatus.TokenMismatch when _source[_position] != MessagePackCode.NeverUsed => MessagePackError.WrongType,
        _ => MessagePackError.Malformed,
    });

    private bool Fail(MessagePackError error)
    {
        _error = error;
        return false;
    }
}
