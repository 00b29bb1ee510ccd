using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A list in a frame: a MessagePack array, left where it is and read item by item. Made by <see cref="FrameLists"/>.</summary>
/// <typeparam name="T">What it is a list of.</typeparam>
public readonly ref struct FrameList<T>
    where T : IListItem<T>, allows ref struct
{
    private readonly int _headerSize;

    internal FrameList(ReadOnlySpan<byte> raw, int count, int headerSize)
    {
        Raw = raw;
        Count = count;
        _headerSize = headerSize;
    }

    /// <summary>The array's bytes; empty stands for nil, where the field may be nil.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>The number of items.</summary>
    public int Count { get; }

    /// <summary>Whether the field is nil, which is not the same as an empty list.</summary>
    public bool IsNil => Raw.IsEmpty;

    /// <summary>Goes through the items.</summary>
    public Enumerator GetEnumerator() => new(Raw[_headerSize..], Count);

    /// <summary>Goes through the items of a list, which have all been checked before.</summary>
    public ref struct Enumerator
    {
        private MessagePackReader _reader;
        private int _left;
        private T _current;

        internal Enumerator(ReadOnlySpan<byte> items, int count)
        {
            _reader = new MessagePackReader(items, FrameLimits.MaxFrameDepth);
            _left = count;
            _current = default!;
        }

        /// <summary>The item.</summary>
        public readonly T Current => _current;

        /// <summary>Goes to the next item.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
                return false;
            _left--;
            return T.TryRead(ref _reader, out _current);
        }
    }
}
