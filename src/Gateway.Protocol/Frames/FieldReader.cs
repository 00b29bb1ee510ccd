using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>
/// Reads the fields of a frame in order. A field that is not there is nil; what follows the last one that is asked for is
/// ignored. After the first false, <see cref="Error"/> is the answer to give.
/// </summary>
internal ref struct FieldReader(MessagePackReader reader, int fieldCount, int maxPayloadBytes)
{
    private static readonly byte[] NilBytes = [MessagePackCode.Nil];

    private MessagePackReader _reader = reader;
    private int _left = fieldCount;

    public ErrorCode Error { get; private set; } = ErrorCode.InvalidField;

    public bool TryId(out int value) => TryInt(out value);

    public bool TryInt(out int value)
    {
        value = 0;
        return Next() && _reader.TryReadInt32(out value) && value >= 0;
    }

    public bool TryOptionalInt(out int? value)
    {
        value = null;
        if (NextIsNil())
            return true;
        if (!_reader.TryReadInt32(out var present) || present < 0)
            return false;
        value = present;
        return true;
    }

    /// <summary>A count: more than <paramref name="max"/> is read as <paramref name="max"/>.</summary>
    public bool TryCount(out int value, int max)
    {
        var isThere = TryLong(out var count);
        value = (int)Math.Min(count, max);
        return isThere;
    }

    public bool TryOptionalCount(out int? value, int max)
    {
        var isRight = TryOptionalLong(out var count);
        value = count is null ? null : (int)Math.Min(count.Value, max);
        return isRight;
    }

    public bool TryLong(out long value)
    {
        value = 0;
        return Next() && _reader.TryReadInt64(out value) && value is >= 0 and <= FrameLimits.MaxInteger;
    }

    public bool TryOptionalLong(out long? value)
    {
        value = null;
        if (NextIsNil())
            return true;
        if (!_reader.TryReadInt64(out var present) || present is < 0 or > FrameLimits.MaxInteger)
            return false;
        value = present;
        return true;
    }

    public bool TryBoolean(out bool value)
    {
        value = false;
        return Next() && _reader.TryReadBoolean(out value);
    }

    public bool TryText(out ReadOnlySpan<byte> value, int min, int max)
    {
        value = default;
        return Next() && _reader.TryReadString(out value) && value.Length >= min && value.Length <= max;
    }

    /// <summary>A string of at least one byte, or nil, which is read as empty.</summary>
    public bool TryOptionalText(out ReadOnlySpan<byte> value, int max)
    {
        value = default;
        return NextIsNil() || (_reader.TryReadString(out value) && value.Length >= 1 && value.Length <= max);
    }

    /// <summary>Any value within the payload's limits. One that is not there is the byte of nil, so that it can be passed on.</summary>
    public bool TryPayload(out ReadOnlySpan<byte> value)
    {
        if (!TryAny(out value))
            return false;
        if (value.Length <= maxPayloadBytes)
            return true;
        Error = ErrorCode.TooLarge;
        return false;
    }

    /// <summary>Any value, not nested deeper than a payload may be.</summary>
    public bool TryAny(out ReadOnlySpan<byte> value)
    {
        value = NilBytes;
        return !Next() || _reader.TrySkip(out value);
    }

    /// <summary>A room's name, or its number on this connection.</summary>
    public bool TryRoom(out RoomReference value)
    {
        value = default;
        if (!Next())
            return false;
        if (_reader.NextType != MessagePackType.String)
        {
            if (!_reader.TryReadInt32(out var number) || number < 0)
                return false;
            value = new RoomReference(number);
            return true;
        }

        _left++; // it is still to be read
        if (!TryRoomName(out var name))
            return false;
        value = new RoomReference(name);
        return true;
    }

    public bool TryRoomName(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Next() || !_reader.TryReadString(out value))
            return false;
        if (RoomName.IsValid(value))
            return true;
        Error = ErrorCode.InvalidRoom;
        return false;
    }

    public bool TryList<T>(out FrameList<T> value, int maxCount)
        where T : IListItem<T>, allows ref struct
        => TryOptionalList(out value, maxCount) && !value.IsNil;

    public bool TryOptionalList<T>(out FrameList<T> value, int maxCount)
        where T : IListItem<T>, allows ref struct
    {
        value = default;
        if (NextIsNil())
            return true;

        // Its depth has been checked with the frame's: a list may hold payloads, which are checked as its items are read.
        var list = new MessagePackReader(_reader.Remaining, FrameLimits.MaxFrameDepth);
        if (!list.TrySkip(out var raw) || !FrameLists.TryFrom(raw, out value) || value.Count > maxCount)
            return false;
        _reader = new MessagePackReader(list.Remaining);
        return true;
    }

    private bool Next()
    {
        if (_left == 0)
            return false;
        _left--;
        return true;
    }

    private bool NextIsNil() => !Next() || _reader.TryReadNil();
}
