namespace Gateway.Faults.Tests.Oracles;

/// <summary>
/// Knows what was acknowledged and what was seen by whom, and says what cannot be: there is one order for all in each room, each message has one place in it, members see every place after
/// the one they joined at once and in order, and what is acknowledged is among it.
/// </summary>
/// <remarks>Pure: it waits for nothing and asks nobody. From any thread; each <see cref="MemberView"/> belongs to one at a time.</remarks>
/// <param name="isDurable">Whether a room is one that keeps history.</param>
/// <param name="onViolation">Told at once; may be null.</param>
internal sealed class RoomOracle(Func<string, bool> isDurable, Action<Violation>? onViolation = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RoomPlace, string> _order = [];
    private readonly Dictionary<(string Room, string Text), RoomPlace> _places = [];
    private readonly Dictionary<RoomPlace, string> _acknowledged = [];
    private readonly Dictionary<(string Publisher, string Room), RoomPlace> _lastOf = [];
    private readonly List<MemberView> _views = [];
    private readonly List<Violation> _violations = [];

    /// <summary>Messages that publishers were told are in.</summary>
    public int AcknowledgedCount
    {
        get
        {
            lock (_lock)
                return _acknowledged.Count;
        }
    }

    /// <summary>Messages that members saw, each counted for each member.</summary>
    public long DeliveredCount
    {
        get
        {
            lock (_lock)
                return _views.Sum(static view => view.SeenCount);
        }
    }

    /// <summary>Messages of ephemeral rooms that members were told they will not get.</summary>
    public long ToldCount
    {
        get
        {
            lock (_lock)
                return _views.Sum(static view => view.ToldCount);
        }
    }

    public IReadOnlyList<Violation> Violations
    {
        get
        {
            lock (_lock)
                return [.. _violations];
        }
    }

    public bool IsDurable(string room) => isDurable(room);

    /// <summary>The newest acknowledged place of each durable room, under its newest epoch.</summary>
    public Dictionary<string, long> Heads()
    {
        lock (_lock)
        {
            return _acknowledged.Keys.Where(place => isDurable(place.Room)).GroupBy(static place => place.Room)
                .ToDictionary(static group => group.Key, static group => group.OrderByDescending(static place => place.Epoch).ThenByDescending(static place => place.Offset).First().Offset);
        }
    }

    /// <summary>A member of a room, from now on.</summary>
    public MemberView Watch(string member, string room)
    {
        var view = new MemberView(this, member, room);
        lock (_lock)
            _views.Add(view);
        return view;
    }

    /// <summary>A publisher that sends one message at a time was told where its message is.</summary>
    public void Acknowledged(string publisher, string room, string text, long epoch, long offset)
    {
        var place = new RoomPlace(room, epoch, offset);
        lock (_lock)
        {
            Place(publisher, place, text);
            _acknowledged[place] = text;
            if (_lastOf.TryGetValue((publisher, room), out var last) && last.Epoch == epoch && last.Offset >= offset)
                Say(new Violation(ViolationKind.OutOfOrder, publisher, room, $"'{text}', published after the acknowledgement of {last}, is at {place}"));
            _lastOf[(publisher, room)] = place;
        }
    }

    /// <summary>When all is quiet: every member has come to the newest acknowledged message.</summary>
    public void CheckEnd()
    {
        lock (_lock)
        {
            var heads = _acknowledged.Keys.GroupBy(static place => (place.Room, place.Epoch)).ToDictionary(static group => group.Key, static group => group.Max(static place => place.Offset));
            foreach (var view in _views)
            {
                if (!isDurable(view.Room))
                    continue;
                if (!view.IsJoined)
                    Say(new Violation(ViolationKind.Stalled, view.Member, view.Room, "never joined"));
                else if (heads.TryGetValue((view.Room, view.Epoch), out var head) && view.Position < head)
                    Say(new Violation(ViolationKind.Lost, view.Member, view.Room, $"stopped at {view.Epoch}/{view.Position}, acknowledged is {head}", head - view.Position));
            }

            // What nobody saw at its place was seen nowhere: members that stand beyond it have already been told of a hole, unless there is no member at all under that epoch.
            foreach (var (place, text) in _acknowledged)
            {
                if (isDurable(place.Room) && !_views.Exists(view => view.Room == place.Room && view.Epoch == place.Epoch))
                    Say(new Violation(ViolationKind.Lost, "everybody", place.Room, $"'{text}' was acknowledged at {place}, an epoch where nobody is any more"));
            }
        }
    }

    public void Say(Violation violation)
    {
        lock (_lock)
        {
            _violations.Add(violation);
            onViolation?.Invoke(violation);
        }
    }

    /// <summary>Someone saw a message, or was told that it is, at a place.</summary>
    /// <returns>False when that cannot be.</returns>
    internal bool Place(string who, RoomPlace place, string text)
    {
        lock (_lock)
        {
            if (_order.TryGetValue(place, out var other) && other != text)
            {
                Say(new Violation(ViolationKind.OutOfOrder, who, place.Room, $"'{text}' is at {place}, where others have '{other}'"));
                return false;
            }

            _order[place] = text;
            if (!_places.TryAdd((place.Room, text), place) && _places[(place.Room, text)] != place)
            {
                Say(new Violation(ViolationKind.Doubled, who, place.Room, $"'{text}' is at {_places[(place.Room, text)]} and at {place}"));
                return false;
            }

            return true;
        }
    }

    /// <summary>What is known to be at a place; null when nobody has said.</summary>
    internal string? At(RoomPlace place)
    {
        lock (_lock)
            return _order.GetValueOrDefault(place);
    }
}
