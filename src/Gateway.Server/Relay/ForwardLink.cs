using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>
/// Brings the publishes of one shard to its owner: in order, each until it is answered. Go-back-N: entries are numbered 1, 2, 3 … under a random number of the link, the owner takes only the next one,
/// and whatever goes wrong (a gap, silence, another owner) is mended by beginning anew under a new number with all that is not answered.
/// </summary>
/// <remarks>
/// <para>Invariant: the owner orders a publisher's messages as they came, because a link never skips an entry and a new link begins with the oldest. Nothing is stored twice, because each durable
/// message has a key that the history remembers. A message of an ephemeral room is sent once: after trouble nobody knows whether it was ordered, and its publisher is told so.</para>
/// <para>Belongs to the shard's home lane. Hot path.</para>
/// </remarks>
internal sealed class ForwardLink(LaneRelay relay, ShardSeat seat)
{
    // A node that is not the owner any more refuses at once: without a rest all would be sent again with each round trip, until the map says who is.
    private const int RefusedRestMilliseconds = 100;

    // A ring: entry n of the link at (n - _first + _start) mod length.
    private ForwardEntry[] _ring = new ForwardEntry[16];
    private int _start;
    private int _count;
    private long _number = NewNumber();
    private long _first = 1;
    private long _progressAt;

    // What the owner has said that it has.
    private long _takenBefore;
    private long _restartedAt = long.MinValue / 2;

    // The owner has refused it just after it began: nothing more is sent before it begins anew.
    private bool _isResting;

    /// <summary>How many are under way.</summary>
    public int Count => _count;

    /// <summary>Takes over the publication.</summary>
    public void Send(RelayedRoom room, Publication publication)
    {
        if (!relay.TryTakeForward())
        {
            publication.Complete(PublishStatus.Overloaded, 0, 0);
            return;
        }

        if (publication.Message.RelayBody.Length + RelayedRoom.MaxOverheadBytes > relay.Node.Wire.MaxMessageBytes)
        {
            relay.GiveBackForward();
            publication.Complete(PublishStatus.TooLarge, 0, 0);
            return;
        }

        if (_count == _ring.Length)
            Grow();
        if (_count == 0)
            _progressAt = relay.Lane.Now;
        ref var entry = ref _ring[(_start + _count) % _ring.Length];
        var isStored = room.Room.Kind.IsDurable && !publication.Message.IsTransient;
        entry = new ForwardEntry
        {
            Room = room.Room.Name,
            RoomUtf8 = room.NameUtf8,
            Publication = publication,
            HasOwnKey = isStored && publication.GiveKey(),
            IsRepeatable = isStored || publication.Message.IsTransient,
            Since = relay.Lane.Now,
        };
        Write(_first + _count++, ref entry);
    }

    /// <summary>The owner's answer to one of them.</summary>
    public void OnAck(long link, long sequence, PublishResult result)
    {
        var at = sequence - _first;
        if (link != _number || at < 0 || at >= _count)
            return;
        _progressAt = relay.Lane.Now;
        ref var entry = ref EntryAt((int)at);
        if (entry.Publication is { } publication)
        {
            entry.Publication = null;
            relay.GiveBackForward();
            relay.Node.Metrics.Forwarded(relay.Lane.Now - entry.Since);
            publication.Complete(StatusOf(ref entry, result.Status), result.Epoch, result.Offset);
        }

        DropAnswered();
    }

    /// <summary>The owner has all before this number and is at work. As long as it takes more, or has all, there is nothing to send again.</summary>
    public void OnBusy(long link, long expected)
    {
        if (link != _number || (expected <= _takenBefore && expected < _first + _count))
            return;
        _takenBefore = expected;
        _progressAt = relay.Lane.Now;
    }

    /// <summary>The owner misses something of the link, or is not the owner.</summary>
    public void OnRefused(long link)
    {
        if (link != _number)
            return;
        if (relay.Lane.Now - _restartedAt >= RefusedRestMilliseconds)
            Restart();
        else
            _isResting = true;
    }

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        var now = relay.Lane.Now;
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref EntryAt(i);
            if (now - entry.Since < relay.ForwardTimeout)
                break;
            Complete(ref entry, PublishStatus.Unavailable);
        }

        DropAnswered();
        if (_count > 0 && ((_isResting && now - _restartedAt >= RefusedRestMilliseconds) || now - _progressAt >= relay.RetryAfter))
            Restart();
    }

    /// <summary>Begins anew with the owner of now; without one everything waits.</summary>
    public void Restart()
    {
        var (count, ring, start) = (_count, _ring, _start);
        _number = NewNumber();
        (_first, _count, _start) = (1, 0, 0);
        _ring = new ForwardEntry[Math.Max(16, ring.Length)];
        _progressAt = _restartedAt = relay.Lane.Now;
        _isResting = false;
        _takenBefore = 0;
        if (count == 0)
            return;
        relay.Node.Metrics.Restarted();
        for (var i = 0; i < count; i++)
        {
            ref var entry = ref ring[(start + i) % ring.Length];
            if (entry.Publication is null || !entry.IsRepeatable)
                continue;
            entry.IsRepeated = true;
            _ring[_count] = entry;
            Write(_first + _count++, ref entry);
        }

        // Last: who hears of it may at once publish again, behind all that waits.
        for (var i = 0; i < count; i++)
        {
            ref var entry = ref ring[(start + i) % ring.Length];
            if (!entry.IsRepeatable)
                Complete(ref entry, PublishStatus.Unavailable);
        }
    }

    /// <summary>This node is the owner now: the rooms get back what was not answered.</summary>
    public void ReturnAll()
    {
        var (count, ring, start) = (_count, _ring, _start);
        _number = NewNumber();
        _isResting = false;
        (_first, _count, _start) = (1, 0, 0);
        _ring = new ForwardEntry[16];
        for (var i = 0; i < count; i++)
        {
            ref var entry = ref ring[(start + i) % ring.Length];
            if (entry.Publication is not { } publication)
                continue;
            entry.Publication = null;
            relay.GiveBackForward();
            if (entry.IsRepeatable && relay.Directory.GetOrAdd(entry.Room) is { } room)
                room.Return(publication);
            else
                publication.Complete(PublishStatus.Unavailable, 0, 0);
        }
    }

    private static long NewNumber() => Random.Shared.NextInt64(1, long.MaxValue);

    // Overloaded promises that nothing is left behind, which an earlier copy may be.
    private static PublishStatus StatusOf(ref ForwardEntry entry, PublishStatus status) => status switch
    {
        PublishStatus.Duplicate when entry.HasOwnKey => PublishStatus.Accepted,
        PublishStatus.Overloaded when entry.IsRepeated => PublishStatus.Unavailable,
        _ => status,
    };

    private void Complete(ref ForwardEntry entry, PublishStatus status)
    {
        if (entry.Publication is not { } publication)
            return;
        entry.Publication = null;
        relay.GiveBackForward();
        publication.Complete(status, 0, 0);
    }

    private ref ForwardEntry EntryAt(int index) => ref _ring[(_start + index) % _ring.Length];

    private void DropAnswered()
    {
        while (_count > 0 && EntryAt(0).Publication is null)
        {
            EntryAt(0) = default;
            _start = (_start + 1) % _ring.Length;
            _first++;
            _count--;
        }
    }

    private void Grow()
    {
        var ring = new ForwardEntry[_ring.Length * 2];
        for (var i = 0; i < _count; i++)
            ring[i] = EntryAt(i);
        (_ring, _start) = (ring, 0);
    }

    private void Write(long sequence, ref ForwardEntry entry)
    {
        if (_isResting || seat.Owner is not { } owner)
            return;
        var outbox = relay.OutboxOf(owner);
        var writer = outbox.Begin(RelayItem.Forward, seat.Shard, 5, RelayedRoom.MaxOverheadBytes + entry.Publication!.Message.RelayBody.Length);
        writer.WriteInt(_number);
        writer.WriteInt(sequence);
        writer.WriteStringUtf8(entry.RoomUtf8);
        RelayKey.Write(ref writer, entry.Publication.IdempotencyKey);
        writer.WriteBinary(entry.Publication.Message.RelayBody);
        writer.Flush();
        outbox.End();
    }
}
