using Gateway.Server.Connections.Flights;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>
/// What waits to be sent on one connection: a queue for each priority and, in front of them, what has been chosen to go next. Rented from the lane while anything waits, so
/// that an idle connection holds none. Belongs to the connection's lane.
/// </summary>
/// <remarks>
/// Invariant: what is staged goes out in its order, whole, before anything else; it can be neither conflated nor dropped, because its first bytes may be on the wire.
/// Staging takes up to 8 items of high priority, then 4 of medium, then 1 of low, over and over: high goes first, low is not starved.
/// </remarks>
internal sealed class Outbound
{
    private const int PriorityCount = 3;
    private const int StageBytes = 64 * 1024;
    private const int StageItems = 64;

    private static readonly int[] Shares = [8, 4, 1];

    private readonly OutboundQueue[] _queues = [new(), new(), new()];
    private readonly OutboundItem[] _staged = new OutboundItem[StageItems];
    private readonly ReadOnlyMemory<byte>[] _gather = new ReadOnlyMemory<byte>[StageItems];
    private int _stagedFirst;
    private int _stagedCount;
    private int _sentOfFirst;
    private long _stagedBytes;
    private int _priority;
    private int _shareLeft = Shares[0];

    public bool IsEmpty => _stagedCount == 0 && _queues[0].Count == 0 && _queues[1].Count == 0 && _queues[2].Count == 0;

    /// <summary>Bytes waiting, staged ones included.</summary>
    public long QueuedBytes => _stagedBytes + _queues[0].SizeBytes + _queues[1].SizeBytes + _queues[2].SizeBytes;

    public QueueDepths Depths => new(_queues[0].SizeBytes, _queues[1].SizeBytes, _queues[2].SizeBytes, _stagedBytes, Answers: 0);

    public OutboundQueue this[RoomPriority priority] => _queues[(int)priority];

    /// <summary>Drops the oldest message that may be dropped, of the lowest priority that has one.</summary>
    public bool TryDropOldest() => _queues[2].TryDropOldest() || _queues[1].TryDropOldest() || _queues[0].TryDropOldest();

    /// <summary>Begins with an item of which a part has gone out already. Takes over its references.</summary>
    public void Begin(OutboundItem item, int sentBytes)
    {
        _stagedFirst = 0;
        Add(item);
        _sentOfFirst = sentBytes;
        _stagedBytes -= sentBytes;
    }

    /// <summary>Offers what is waiting to the transport until that takes no more or nothing is left.</summary>
    /// <param name="lostNotice">Makes the notice that goes out in place of dropped messages.</param>
    /// <returns>Bytes taken.</returns>
    public long Pump(ITransport transport, Func<OutboundItem, WireBuffer> lostNotice)
    {
        long total = 0;
        while (true)
        {
            Stage(lostNotice);
            if (_stagedCount == 0)
            {
                return total;
            }

            var offered = 0L;
            for (var i = 0; i < _stagedCount; i++)
            {
                var memory = _staged[_stagedFirst + i].Buffer!.Memory;
                _gather[i] = i == 0 ? memory[_sentOfFirst..] : memory;
                offered += _gather[i].Length;
            }

            var taken = transport.Send(_gather.AsSpan(0, _stagedCount));
            total += taken;
            Advance(taken);
            if (taken < offered)
            {
                return total;
            }
        }
    }

    public void Clear()
    {
        foreach (var queue in _queues)
        {
            queue.Clear();
        }

        ClearStaged();
    }

    /// <summary>Forgets the room messages that wait, answers stay: before a close frame. What is staged goes out, it is at most one stage.</summary>
    public void DropRoomMessages()
    {
        foreach (var queue in _queues)
        {
            queue.DropRoomMessages();
        }
    }

    /// <summary>Before it is kept for the next connection.</summary>
    public void Trim()
    {
        foreach (var queue in _queues)
        {
            queue.Trim();
        }
    }

    private void Stage(Func<OutboundItem, WireBuffer> lostNotice)
    {
        if (_stagedCount == 0)
        {
            _stagedFirst = 0;
        }

        while (_stagedFirst + _stagedCount < StageItems && _stagedBytes < StageBytes && TryChoose(out var item))
        {
            Add(item.IsMark ? new OutboundItem { Buffer = lostNotice(item) } : item);
        }
    }

    private void Add(OutboundItem item)
    {
        _staged[_stagedFirst + _stagedCount++] = item;
        _stagedBytes += item.Buffer!.Length;
    }

    private bool TryChoose(out OutboundItem item)
    {
        for (var tried = 0; tried <= PriorityCount; tried++)
        {
            if (_shareLeft > 0 && _queues[_priority].TryDequeue(out item))
            {
                _shareLeft--;
                return true;
            }

            _priority = (_priority + 1) % PriorityCount;
            _shareLeft = Shares[_priority];
        }

        item = default;
        return false;
    }

    private void Advance(int taken)
    {
        while (taken > 0)
        {
            ref var first = ref _staged[_stagedFirst];
            var left = first.Buffer!.Length - _sentOfFirst;
            if (taken < left)
            {
                _sentOfFirst += taken;
                _stagedBytes -= taken;
                return;
            }

            taken -= left;
            _stagedBytes -= left;
            first.Release();
            _sentOfFirst = 0;
            _stagedFirst++;
            _stagedCount--;
        }
    }

    private void ClearStaged()
    {
        for (var i = 0; i < _stagedCount; i++)
        {
            _staged[_stagedFirst + i].Release();
        }

        _stagedCount = _stagedFirst = _sentOfFirst = 0;
        _stagedBytes = 0;
    }
}
