namespace Gateway.Protocol.MessagePack;

public static partial class MessagePackPrimitives
{
    /// <summary>Reads nil: <c>0xC0</c>.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="size">The bytes the value takes.</param>
    public static DecodeStatus TryReadNil(ReadOnlySpan<byte> source, out int size)
    {
        size = 0;
        if (source.IsEmpty)
            return DecodeStatus.InsufficientBuffer;
        if (source[0] != MessagePackCode.Nil)
            return DecodeStatus.TokenMismatch;
        size = 1;
        return DecodeStatus.Success;
    }

    /// <summary>Reads a boolean: <c>0xC2</c> is false, <c>0xC3</c> is true.</summary>
    /// <param name="source">Starts with the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="size">The bytes the value takes.</param>
    public static DecodeStatus TryReadBoolean(ReadOnlySpan<byte> source, out bool value, out int size)
    {
        value = false;
        size = 0;
        if (source.IsEmpty)
            return DecodeStatus.InsufficientBuffer;
        if (source[0] is not (MessagePackCode.False or MessagePackCode.True))
            return DecodeStatus.TokenMismatch;
        value = source[0] == MessagePackCode.True;
        size = 1;
        return DecodeStatus.Success;
    }

    /// <summary>Writes nil: <c>0xC0</c>.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is empty.</returns>
    public static bool TryWriteNil(Span<byte> destination, out int written) =>
        TryWriteCode(destination, MessagePackCode.Nil, out written);

    /// <summary>Writes a boolean: <c>0xC2</c> is false, <c>0xC3</c> is true.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="value">The value.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is empty.</returns>
    public static bool TryWriteBoolean(Span<byte> destination, bool value, out int written) =>
        TryWriteCode(destination, value ? MessagePackCode.True : MessagePackCode.False, out written);

    private static bool TryWriteCode(Span<byte> destination, byte code, out int written)
    {
        if (destination.IsEmpty)
        {
            written = 0;
            return false;
        }

        destination[0] = code;
        written = 1;
        return true;
    }
}
