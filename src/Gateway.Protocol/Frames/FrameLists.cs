using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Makes lists for frames.</summary>
public static class FrameLists
{
    /// <summary>The list in these bytes.</summary>
    /// <param name="raw">One complete MessagePack array, or nothing for nil.</param>
    /// <param name="list">The list.</param>
    /// <typeparam name="T">What it is a list of.</typeparam>
    /// <returns>False when it is not an array, or one of its elements is no such item.</returns>
    public static bool TryFrom<T>(ReadOnlySpan<byte> raw, out FrameList<T> list)
        where T : IListItem<T>, allows ref struct
    {
        list = default;
        if (raw.IsEmpty)
            return true;

        var reader = new MessagePackReader(raw, FrameLimits.MaxFrameDepth);
        if (!reader.TryReadArrayHeader(out var count))
            return false;
        var headerSize = reader.Consumed;
        for (var i = 0; i < count; i++)
        {
            if (!T.TryRead(ref reader, out _))
                return false;
        }

        if (!reader.IsAtEnd)
            return false;
        list = new FrameList<T>(raw, count, headerSize);
        return true;
    }

    /// <summary>
    /// The list that the caller has just written: <see cref="MessagePackWriter.WriteArrayHeader"/>, then
    /// <see cref="IListItem{TSelf}.Write"/> of each item.
    /// </summary>
    /// <param name="raw">The bytes written.</param>
    /// <typeparam name="T">What it is a list of.</typeparam>
    /// <exception cref="ArgumentException">They are not such a list: the caller has a fault.</exception>
    public static FrameList<T> FromWritten<T>(ReadOnlySpan<byte> raw)
        where T : IListItem<T>, allows ref struct
        => TryFrom<T>(raw, out var list) ? list : throw new ArgumentException("These bytes are not a list of such items.", nameof(raw));
}
