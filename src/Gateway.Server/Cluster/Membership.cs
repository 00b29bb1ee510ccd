namespace Gateway.Server.Cluster;

/// <summary>
/// Which nodes there are, from what they say and for how long they have said nothing. A pure state machine: it is told what was heard and what time it is, and sends through
/// the bus. Used by the cluster's loop only.
/// </summary>
/// <remarks>
/// <para>A node listens for <see cref="ClusterOptions.JoinTime"/> before it is alive. One that has its name already and lives refuses it (<see cref="Beat.Refuses"/>), which ends the newcomer.
/// One that was paused while another took its place under its name ends itself when it hears of that.</para>
/// <para>This node is a member like the others: what it hears of itself comes back through the bus. When that has not come for <see cref="ClusterOptions.DeadAfter"/> it is isolated;
/// when it comes again the node joins anew, for it knows nothing of the others.</para>
/// </remarks>
internal sealed class Membership
{
    /// <summary>Far beyond any cluster; bounds what a stranger on the subject can make a node keep.</summary>
    public const int MaxMembers = 1024;

    // As long as the dead are remembered, so that a late word of one (an older sequence) does not raise it.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly ClusterOptions _options;
    private readonly INodeBus _bus;
    private readonly Clock _clock;
    private readonly Random _random;
    private readonly Func<(ulong Ring, IReadOnlyList<ShardEpoch> Shards, string? PublicUrl)> _describe;
    private readonly Member _self;
    private long _sequence;
    private long _nextBeatAt;
    private long _sentAt;
    private long _joinedAt;
    private bool _isBeatDue;
    private bool _hasHeardSelf;

    /// <param name="self">This life of this node.</param>
    /// <param name="options">The cluster's.</param>
    /// <param name="bus">To the others and back.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For jitter.</param>
    /// <param name="describe">What this node says of its ring, its shards, and where clients reach it.</param>
    public Membership(
        NodeId self, ClusterOptions options, INodeBus bus, TimeProvider time, Random random, Func<(ulong Ring, IReadOnlyList<ShardEpoch> Shards, string? PublicUrl)> describe)
    {
        Self = self;
        _options = options;
        _bus = bus;
        _clock = new Clock(time);
        _random = random;
        _describe = describe;
        _self = new Member(self) { HeardAt = _clock.Now };
        _members.Add(self.Name, _self);
        _nextBeatAt = _sentAt = _joinedAt = _clock.Now;
    }

    public NodeId Self { get; }

    /// <summary>Where this node is in its life.</summary>
    public MemberState State { get; private set; } = MemberState.Joining;

    /// <summary>Why this node must not be a member any more; null as long as it may.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Nobody hears this node, it itself not either.</summary>
    public bool IsIsolated { get; private set; }

    /// <summary>Whether anything that others may act on has changed; the caller takes it back.</summary>
    public bool HasChanged { get; set; } = true;

    /// <summary>All that are remembered, the dead included, in the order of their names.</summary>
    public IEnumerable<Member> Members => _members.Values;

    public Member? Find(string name) => _members.GetValueOrDefault(name);

    /// <summary>This node as it goes by itself; shards are given to it when it hears itself and is alive.</summary>
    public bool TakesShards(Member member) => ReferenceEquals(member, _self)
        ? State == MemberState.Alive && !IsIsolated && Refusal is null
        : member.TakesShards;

    /// <summary>Another part of the node's life has begun. Told at once.</summary>
    public void MoveTo(MemberState state)
    {
        if (State == state || State == MemberState.Left || (State == MemberState.Draining && state != MemberState.Left))
            return;
        State = state;
        HasChanged = true;
        if (state == MemberState.Left)
            Send(refuses: 0);
        else
            _isBeatDue = true;
    }

    /// <summary>What this node says of itself has changed: a beat out of turn.</summary>
    public void SayAgain() => _isBeatDue = true;

    /// <summary>A beat from the bus, this node's own included.</summary>
    public void Receive(Beat beat)
    {
        if (Refusal is not null || State == MemberState.Left)
            return;
        if (beat.Node.Name == Self.Name && beat.Node.Incarnation != Self.Incarnation)
        {
            ReceiveNamesake(beat);
            return;
        }

        var isNew = !_members.TryGetValue(beat.Node.Name, out var member);
        if (isNew || member!.Id != beat.Node)
        {
            if (isNew ? _members.Count >= MaxMembers || beat.State == MemberState.Left : !MayReplace(member!, beat))
                return;
            _members[beat.Node.Name] = member = new Member(beat.Node);
            isNew = true;
        }

        if (beat.Sequence <= member.Beat.Sequence)
            return;
        HasChanged |= isNew || member.Health != MemberHealth.Heard || member.Beat.State != beat.State || member.Beat.RingFingerprint != beat.RingFingerprint
            || member.Beat.PublicUrl != beat.PublicUrl
            || !member.Beat.Shards.SequenceEqual(beat.Shards);
        member.Beat = beat;
        member.HeardAt = _clock.Now;
        member.Health = beat.State == MemberState.Left ? MemberHealth.Dead : MemberHealth.Heard;
        if (ReferenceEquals(member, _self))
            HearSelf();
        else if (isNew)
            _isBeatDue = true; // So that a newcomer need not wait for our next.
    }

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        if (Refusal is not null || State == MemberState.Left)
            return;
        List<string>? forgotten = null;
        foreach (var member in _members.Values)
        {
            var silence = _clock.Since(member.HeardAt);
            var health = member.Beat.State == MemberState.Left || silence >= _options.DeadAfter ? MemberHealth.Dead
                : silence >= _options.SuspectAfter ? MemberHealth.Suspected : MemberHealth.Heard;
            HasChanged |= health != member.Health;
            member.Health = health;
            if (silence >= Memory && !ReferenceEquals(member, _self))
                (forgotten ??= []).Add(member.Id.Name);
        }

        forgotten?.ForEach(name => _members.Remove(name));
        HasChanged |= forgotten is not null;
        if (_self.Health == MemberHealth.Dead && !IsIsolated)
            IsIsolated = HasChanged = true;
        if (State == MemberState.Joining && _hasHeardSelf && !IsIsolated && _clock.Since(_joinedAt) >= _options.JoinTime)
            MoveTo(MemberState.Alive);
    }

    /// <summary>Sends what is due; last in each turn, so that all that changed in it goes in one beat.</summary>
    public void Flush()
    {
        if (Refusal is not null || State == MemberState.Left)
            return;
        var now = _clock.Now;
        if (now >= _nextBeatAt || (_isBeatDue && now >= _clock.After(_sentAt, _options.BeatInterval / 40)))
            Send(refuses: 0);
    }

    private void HearSelf()
    {
        if (!_hasHeardSelf || IsIsolated)
            _joinedAt = _clock.Now;
        _hasHeardSelf = true;
        if (!IsIsolated)
            return;
        IsIsolated = false;
        HasChanged = true;
        if (State is MemberState.Alive or MemberState.Impaired)
            MoveTo(MemberState.Joining);
    }

    private static bool MayReplace(Member known, Beat beat) =>
        beat.Node.Incarnation > known.Id.Incarnation
            ? beat.State != MemberState.Joining || known.Health != MemberHealth.Heard // One that joins may yet be refused by the one that lives.
            : known.Health != MemberHealth.Heard && beat.State != MemberState.Left;

    private void ReceiveNamesake(Beat beat)
    {
        if (beat.Refuses == Self.Incarnation && State == MemberState.Joining)
        {
            Refuse($"Another node named '{Self.Name}' is a member of the cluster '{_options.Name}' already; each needs a name of its own (Gateway:Name).");
        }
        else if (beat.State == MemberState.Joining)
        {
            if (State != MemberState.Joining || Self.Incarnation < beat.Node.Incarnation)
                Send(refuses: beat.Node.Incarnation);
        }
        else if (beat.State != MemberState.Left && beat.Node.Incarnation > Self.Incarnation && State != MemberState.Joining)
        {
            Refuse($"A newer node named '{Self.Name}' has taken this one's place in the cluster '{_options.Name}', while it did not answer.");
        }
    }

    private void Refuse(string sentence)
    {
        Refusal = sentence;
        HasChanged = true;
    }

    private void Send(long refuses)
    {
        var (ring, shards, url) = _describe();
        _isBeatDue = false;
        _sentAt = _clock.Now;
        _nextBeatAt = _clock.After(_options.BeatInterval * (0.9 + (0.2 * _random.NextDouble())));
        _bus.Send(new Beat(Self, ++_sequence, State, ring, refuses, shards, url));
    }
}
