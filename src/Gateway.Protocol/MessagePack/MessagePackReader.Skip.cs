using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Gateway.Protocol.MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Takes one complete value of any shape and checks all of it.</summary>
    /// <param name="raw">The bytes of the value, header included: what may be passed on as it is.</param>
    /// <returns>
    /// False, with the reason in <see cref="Error"/>, when the value is truncated, nested deeper than the limit, or
    /// malformed anywhere: 0xC1, a string that is not UTF-8, a length above 2³¹−1, a timestamp of a wrong length or with
    /// too many nanoseconds.
    /// </returns>
    /// <remarks>
    /// Not recursive: the stack it takes is 4 bytes for each level of the depth limit. Linear in the length of the value,
    /// whatever its counts claim.
    /// </remarks>
    public bool TrySkip(out ReadOnlySpan<byte> raw)
    {
        var start = _position;
        var error = Measure(_source[start..], _maxDepth, out var length);
        if (error != MessagePackError.None)
        {
            raw = default;
            return Fail(error);
        }

        raw = _source.Slice(start, length);
        _position = start + length;
        return true;
    }

    /// <inheritdoc cref="TrySkip(out ReadOnlySpan{byte})"/>
    public bool TrySkip() => TrySkip(out _);

    [SkipLocalsInit]
    private static MessagePackError Measure(ReadOnlySpan<byte> source, int maxDepth, out int length)
    {
        // outer[i] is how many values are still to come in the i-th open container, once the one inside it is complete.
        Span<int> outer = stackalloc int[maxDepth];
        var depth = 0;
        var pending = 1;
        var position = 0;
        length = 0;
        while (true)
        {
            while (pending == 0)
            {
                if (depth == 0)
                {
                    length = position;
                    return MessagePackError.None;
                }

                pending = outer[--depth];
            }

            if ((uint)position >= (uint)source.Length)
                return MessagePackError.Truncated;
            pending--;

            var code = source[position];
            if (code is <= MessagePackCode.MaxPositiveFixInt or >= MessagePackCode.MinNegativeFixInt)
            {
                position++;
                continue;
            }

            int children;
            int size;
            var rest = source[position..];
            switch (code)
            {
                case >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr:
                    // The commonest scalar of all, so it does not take the way of the others.
                    size = 1 + (code & 0x1f);
                    if (rest.Length < size)
                        return MessagePackError.Truncated;
                    if (!Utf8.IsValid(rest[1..size]))
                        return MessagePackError.Malformed;
                    position += size;
                    continue;
                case >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray:
                case MessagePackCode.Array16 or MessagePackCode.Array32:
                    if (MessagePackPrimitives.TryReadArrayHeader(rest, out children, out size) is var array and not DecodeStatus.Success)
                        return ErrorOf(array);
                    break;
                case >= MessagePackCode.MinFixMap and <= MessagePackCode.MaxFixMap:
                case MessagePackCode.Map16 or MessagePackCode.Map32:
                    if (MessagePackPrimitives.TryReadMapHeader(rest, out var entries, out size) is var map and not DecodeStatus.Success)
                        return ErrorOf(map);

                    // More entries than bytes are no number of values to count with: twice as many might not fit an int.
                    children = entries > rest.Length / 2 ? int.MaxValue : entries * 2;
                    break;
                default:
                    var error = MeasureScalar(rest, code, out size);
                    if (error != MessagePackError.None)
                        return error;
                    position += size;
                    continue;
            }

            if (depth == maxDepth)
                return MessagePackError.TooDeep;
            position += size;
            if (children > source.Length - position)
                return MessagePackError.Truncated;
            outer[depth++] = pending;
            pending = children;
        }
    }

    private static MessagePackError MeasureScalar(ReadOnlySpan<byte> source, byte code, out int size)
    {
        DecodeStatus status;
        switch (TypeOf(code))
        {
            case MessagePackType.Nil or MessagePackType.Boolean:
                size = 1;
                return MessagePackError.None;
            case MessagePackType.Integer:
                size = 1 + (1 << (code & 3));
                return source.Length < size ? MessagePackError.Truncated : MessagePackError.None;
            case MessagePackType.Float:
                size = code == MessagePackCode.Float32 ? 5 : 9;
                return source.Length < size ? MessagePackError.Truncated : MessagePackError.None;
            case MessagePackType.String:
                status = MessagePackPrimitives.TryReadString(source, out _, out size);
                break;
            case MessagePackType.Binary:
                status = MessagePackPrimitives.TryReadBinary(source, out _, out size);
                break;
            case MessagePackType.Extension:
                status = MessagePackPrimitives.TryReadTimestamp(source, out _, out size);
                if (status == DecodeStatus.TokenMismatch)
                    status = MessagePackPrimitives.TryReadExtension(source, out _, out _, out size);
                break;
            default:
                size = 0;
                return MessagePackError.Malformed;
        }

        return status == DecodeStatus.Success ? MessagePackError.None : ErrorOf(status);
    }

    private static MessagePackError ErrorOf(DecodeStatus status) =>
        status == DecodeStatus.InsufficientBuffer ? MessagePackError.Truncated : MessagePackError.Malformed;
}
