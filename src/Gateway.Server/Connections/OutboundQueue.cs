using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>The waiting items of one priority, first in first out, as a ring. Belongs to its connection's lane.</summary>
/// <remarks>
/// Dropping leaves a mark in the message's place, so that the loss is told exactly where it happened; marks of one membership with none of its messages between them are
/// one mark, and places that hold nothing are squeezed out once they are the majority. So the ring is bounded by the byte budget and the number of memberships.
/// </remarks>
internal sealed class OutboundQueue
{
    private const int MinSqueezedCount = 32;
    private const int MaxKeptPlaces = 256;

    private OutboundItem[] _ring = new OutboundItem[8];
    private int _first;
    private int _nothingCount;

    /// <summary>Places in use, marks and empty ones included.</summary>
    public int Count { get; private set; }

    public long SizeBytes { get; private set; }

    private ref OutboundItem this[int index] => ref _ring[(_first + index) & (_ring.Length - 1)];

    /// <summary>Takes over the item's references.</summary>
    public void Enqueue(OutboundItem item)
    {
        if (Count == _ring.Length)
            Grow();

        this[Count++] = item;
        SizeBytes += item.Buffer?.Length ?? 0;
    }

    /// <summary>Hands over the next message, with its references, or mark.</summary>
    public bool TryDequeue(out OutboundItem item)
    {
        while (Count > 0)
        {
            ref var head = ref this[0];
            item = head;
            head = default;
            _first = (_first + 1) & (_ring.Length - 1);
            Count--;
            if (!item.IsNothing)
            {
                SizeBytes -= item.Buffer?.Length ?? 0;
                return true;
            }

            _nothingCount--;
        }

        item = default;
        return false;
    }

    /// <summary>
    /// Replaces a waiting transient message of the same membership and conflation key, where it stands: moved to the end, a key that changes faster than the
    /// connection drains would never be sent.
    /// </summary>
    public bool TryReplace(Membership membership, RoomMessage message, WireBuffer buffer)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            ref var item = ref this[i];
            if (ReferenceEquals(item.Membership, membership) && item.Message is { IsTransient: true } waiting
                && waiting.ConflationKey.SequenceEqual(message.ConflationKey))
            {
                SizeBytes += buffer.Length - item.Buffer!.Length;
                item.Release();
                buffer.Retain();
                item = new OutboundItem { Buffer = buffer, Message = message.Retain(), Membership = membership };
                return true;
            }
        }

        return false;
    }

    /// <summary>Drops the oldest message that nothing makes up for: of an ephemeral room, or transient.</summary>
    public bool TryDropOldest()
    {
        for (var i = 0; i < Count; i++)
        {
            ref var item = ref this[i];
            if (item.Message is { } message && item.Membership is { } membership && (message.IsTransient || !membership.Room.Kind.IsDurable))
            {
                var mark = OutboundItem.Mark(membership, message.Offset);
                SizeBytes -= item.Buffer!.Length;
                item.Release();
                PutMark(i, mark);
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that a message of the membership was dropped before it was queued.</summary>
    public void MarkLost(Membership membership, long offset)
    {
        Enqueue(default);
        PutMark(Count - 1, OutboundItem.Mark(membership, offset));
    }

    /// <summary>Drops everything that is no answer.</summary>
    public void DropRoomMessages()
    {
        for (var i = 0; i < Count; i++)
        {
            ref var item = ref this[i];
            if (item.Membership is not null)
            {
                SizeBytes -= item.Buffer?.Length ?? 0;
                item.Release();
                _nothingCount++;
            }
        }
    }

    public void Clear()
    {
        while (TryDequeue(out var item))
            item.Release();
    }

    /// <summary>Lets go of the memory of a queue that was long; called when empty.</summary>
    public void Trim()
    {
        if (Count == 0 && _ring.Length > MaxKeptPlaces)
            _ring = new OutboundItem[8];
    }

    // Into the membership's previous mark, unless one of its messages lies between.
    private void PutMark(int index, OutboundItem mark)
    {
        for (var i = index - 1; i >= 0; i--)
        {
            ref var before = ref this[i];
            if (!ReferenceEquals(before.Membership, mark.Membership))
                continue;
            if (!before.IsMark)
                break;

            before.Merge(mark);
            _nothingCount++;
            if (_nothingCount > MinSqueezedCount && _nothingCount > Count / 2)
                Resize(_ring.Length);
            return;
        }

        this[index] = mark;
    }

    private void Grow() => Resize(_nothingCount > 0 ? _ring.Length : _ring.Length * 2);

    // Moves everything to a new ring, without the places that hold nothing.
    private void Resize(int length)
    {
        var ring = new OutboundItem[length];
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (!this[i].IsNothing)
                ring[kept++] = this[i];
        }

        _ring = ring;
        _first = 0;
        Count = kept;
        _nothingCount = 0;
    }
}
