namespace Gateway.Client.Sessions;

/// <summary>
/// All publishes that are not acknowledged, a lane for each room. Bounded by count and bytes; a publish that does not fit is refused at once.
/// </summary>
/// <remarks>Touched under the session's lock only.</remarks>
internal sealed class Outbox(GatewayClientOptions options)
{
    private readonly Dictionary<string, OutboxLane> _lanes = new(StringComparer.Ordinal);
    private int _count;
    private long _bytes;

    public bool TryAdd(PendingPublish publish)
    {
        var lane = LaneOf(publish.Room);
        var superseded = publish.ConflationKey is { } key ? WaitingWith(lane, key) : null;

        // The older one makes room, but goes only for one that takes its place: else neither would be sent.
        var count = _count - (superseded is null ? 0 : 1);
        var bytes = _bytes - (superseded?.Value.Payload.Length ?? 0);
        if (count >= options.MaxOutboxMessages || (count > 0 && bytes + publish.Payload.Length > options.MaxOutboxBytes))
        {
            DropIfEmpty(lane);
            return false;
        }

        if (superseded is not null)
            Supersede(lane, superseded);
        _count++;
        _bytes += publish.Payload.Length;
        lane.Waiting.AddLast(publish);
        return true;
    }

    /// <summary>The next publish to send, now on its way; null when none may be sent now.</summary>
    public PendingPublish? Take(TimeSpan now)
    {
        foreach (var lane in _lanes.Values)
        {
            if (lane.Waiting.First is not { } first || lane.HeldUntil > now || lane.InFlight.Count >= options.MaxPublishesInFlightPerRoom)
                continue;
            lane.Waiting.RemoveFirst();
            lane.InFlight.Add(first.Value);
            return first.Value;
        }

        return null;
    }

    /// <summary>When the first lane that is held may go on; null when none is held.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        TimeSpan? due = null;
        foreach (var lane in _lanes.Values)
        {
            if (lane.Waiting.Count > 0 && lane.HeldUntil > now && (due is null || lane.HeldUntil < due))
                due = lane.HeldUntil;
        }

        return due;
    }

    /// <summary>Takes a publish out for good: acknowledged, refused or cancelled.</summary>
    public void Remove(PendingPublish publish)
    {
        if (!_lanes.TryGetValue(publish.Room, out var lane))
            return;
        if (lane.InFlight.Remove(publish))
            lane.Refusals = 0;
        else if (!lane.Waiting.Remove(publish))
            return;
        _count--;
        _bytes -= publish.Payload.Length;
        DropIfEmpty(lane);
    }

    /// <summary>The gateway turned a publish away for now: it goes back to its place, and its lane waits.</summary>
    /// <param name="publish">A publish on its way.</param>
    /// <param name="delayAfter">Tells how long, from how many times in a row that happened.</param>
    /// <param name="now">The session's clock.</param>
    public void Hold(PendingPublish publish, Func<int, TimeSpan> delayAfter, TimeSpan now)
    {
        if (!_lanes.TryGetValue(publish.Room, out var lane) || !lane.InFlight.Remove(publish))
            return;
        lane.PutBack(publish);
        lane.HeldUntil = now + delayAfter(lane.Refusals++);
    }

    /// <summary>The connection is gone: everything on its way waits again, in its order. What was sent too long ago is handed back.</summary>
    public List<PendingPublish> Reset(TimeSpan now)
    {
        var expired = new List<PendingPublish>();
        foreach (var lane in _lanes.Values)
        {
            foreach (var publish in lane.InFlight)
                lane.PutBack(publish);
            lane.InFlight.Clear();
            lane.HeldUntil = default;
            lane.Refusals = 0;
            foreach (var publish in lane.Waiting)
            {
                if (publish.FirstSentAt is { } sentAt && now - sentAt >= options.IdempotencyWindow)
                    expired.Add(publish);
            }
        }

        foreach (var publish in expired)
            Remove(publish);
        return expired;
    }

    public List<PendingPublish> Clear()
    {
        var all = new List<PendingPublish>();
        foreach (var lane in _lanes.Values)
        {
            all.AddRange(lane.InFlight);
            all.AddRange(lane.Waiting);
        }

        _lanes.Clear();
        _count = 0;
        _bytes = 0;
        return all;
    }

    private OutboxLane LaneOf(string room)
    {
        if (!_lanes.TryGetValue(room, out var lane))
            _lanes[room] = lane = new OutboxLane(room);
        return lane;
    }

    private void DropIfEmpty(OutboxLane lane)
    {
        if (lane.IsEmpty)
            _lanes.Remove(lane.Room);
    }

    private static LinkedListNode<PendingPublish>? WaitingWith(OutboxLane lane, string key)
    {
        var node = lane.Waiting.First;
        while (node is not null && !string.Equals(node.Value.ConflationKey, key, StringComparison.Ordinal))
            node = node.Next;
        return node;
    }

    private void Supersede(OutboxLane lane, LinkedListNode<PendingPublish> node)
    {
        var older = node.Value;
        lane.Waiting.Remove(node);
        _count--;
        _bytes -= older.Payload.Length;
        older.Complete(new PublishReceipt(default, Duplicate: false, Superseded: true));
    }
}
