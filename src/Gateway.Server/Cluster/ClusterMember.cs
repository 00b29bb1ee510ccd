namespace Gateway.Server.Cluster;

/// <summary>
/// A node of the cluster: its membership, the ring that follows from it, and its shards. Everything here happens on one loop (or the one thread of a test): what is heard, ticks of the
/// clock, and answers of the store come one after the other, and each turn ends with <see cref="EndTurn"/>.
/// </summary>
internal sealed class ClusterMember : IAsyncDisposable
{
    private readonly ClusterOptions _options;
    private readonly IShardRooms _rooms;
    private readonly Clock _clock;
    private RingPlaces _places = RingPlaces.Empty;
    private ShardMap _map = ShardMap.Empty;
    private bool _isLeaving;

    public ClusterMember(
        NodeId self, ClusterOptions options, INodeBus bus, ILeases leases, IShardRooms rooms, IOwnershipObserver observer, TimeProvider time, Random random, Action<Action> post, Func<string?>? publicUrl = null)
    {
        _options = options;
        _rooms = rooms;
        _clock = new Clock(time);
        Ownership = new ShardOwnership(self.ToString(), options, leases, rooms, observer, time, post);
        Membership = new Membership(self, options, bus, time, random, () => (Ring.Fingerprint, Ownership.Held, publicUrl?.Invoke()));
    }

    public NodeId Self => Membership.Self;

    public Membership Membership { get; }

    public ShardOwnership Ownership { get; }

    public HashRing Ring => _places.Ring;

    /// <summary>The newest, from any thread.</summary>
    public ShardMap Map => Volatile.Read(ref _map);

    /// <summary>A drain has come as far as it can: nothing is owned any more, or nobody is there to take it.</summary>
    public bool IsHandedOver => Membership.State == MemberState.Draining && (Ownership.HeldCount == 0 || (!_isLeaving && Ring.Nodes.IsEmpty));

    public void Receive(Beat beat)
    {
        Membership.Receive(beat);
        EndTurn();
    }

    public void Tick()
    {
        Membership.Tick();
        EndTurn();
    }

    /// <summary>Hands all shards over to nodes that take them.</summary>
    public void Drain()
    {
        Membership.MoveTo(MemberState.Draining);
        EndTurn();
    }

    /// <summary>As <see cref="Drain"/>, and waits for nobody: shards that no other node reaches out for are released, too.</summary>
    public void Leave()
    {
        _isLeaving = true;
        Membership.HasChanged = true;
        Drain();
    }

    /// <summary>The last word. What is still held is given up and runs out.</summary>
    public void End()
    {
        Ownership.Abandon();
        Membership.MoveTo(MemberState.Left);
        PublishMap();
    }

    /// <summary>Ends the calls to the store that are under way.</summary>
    public ValueTask DisposeAsync() => Ownership.DisposeAsync();

    /// <summary>Draws the consequences of what has happened.</summary>
    public void EndTurn()
    {
        if (Membership.Refusal is not null)
            Ownership.Abandon();
        SayHowTheStoreIs();
        if (Membership.HasChanged)
        {
            Membership.HasChanged = false;
            FollowRing();

            // Before anything is handed over: rooms say their last word to the node that takes the shard, which may be new.
            PublishMap();
        }

        Ownership.Tick();
        if (Ownership.HasChanged)
        {
            Ownership.HasChanged = false;
            Membership.SayAgain();
            PublishMap();
        }

        Membership.Flush();
    }

    /// <summary>A node that cannot reach the store must not be given shards that it cannot take.</summary>
    private void SayHowTheStoreIs()
    {
        var isAway = _clock.Since(Ownership.StoreAnsweredAt) >= _options.LeaseDuration;
        if (isAway && Membership.State == MemberState.Alive)
            Membership.MoveTo(MemberState.Impaired);
        else if (!isAway && Membership.State == MemberState.Impaired)
            Membership.MoveTo(MemberState.Alive);
    }

    private void FollowRing()
    {
        // In the order of their names, as the ring has them.
        NodeId[] ids = [.. Membership.Members.Where(Membership.TakesShards).Select(static member => member.Id)];
        if (!_places.IsOf(ids))
        {
            _places = new RingPlaces(new HashRing(ids.Select(static id => id.Name), _options.VirtualNodes, _options.LoadBound), ids);
            Membership.SayAgain();
        }

        var claimed = ClaimsOfOthers();
        var waitsForNobody = Membership.IsIsolated || _isLeaving;
        for (var shard = 0; shard < ILeases.ShardCount; shard++)
        {
            var intended = Ring.OwnerOf(shard);
            var isOurs = intended == Self.Name;
            var mayGo = waitsForNobody || (intended is not null && !isOurs && Membership.Find(intended)!.Beat.RingFingerprint == Ring.Fingerprint);
            Ownership.Direct(shard, isOurs && !_isLeaving, claimed[shard].Member is { Health: MemberHealth.Heard }, mayGo);
        }
    }

    /// <summary>By shard the other node that says it owns it, with the largest epoch. The word of a suspect counts until it is dead.</summary>
    private (Member? Member, long Epoch)[] ClaimsOfOthers()
    {
        var claims = new (Member? Member, long Epoch)[ILeases.ShardCount];
        foreach (var member in Membership.Members)
        {
            if (!member.IsLive || member.Id == Self)
                continue;
            foreach (var claim in member.Beat.Shards)
            {
                if (claim.Epoch > claims[claim.Shard].Epoch)
                    claims[claim.Shard] = (member, claim.Epoch);
            }
        }

        return claims;
    }

    private void PublishMap()
    {
        var claims = ClaimsOfOthers();
        var places = new ShardPlace[ILeases.ShardCount];
        for (var shard = 0; shard < places.Length; shard++)
        {
            var own = Ownership.LeaseOf(shard);
            var (claimant, epoch) = claims[shard];
            var isOwn = own is not null && own.Epoch > epoch;
            places[shard] = new ShardPlace(
                isOwn ? Self : claimant?.Id,
                isOwn ? own!.Epoch : epoch,
                isOwn ? own : null,
                _places.Intended(shard),
                _places.StandIns(shard));
        }

        var map = new ShardMap(_map.Version + 1, places, [.. Membership.Members.Select(ViewOf)]);
        Volatile.Write(ref _map, map);
        _rooms.OnMap(map);
    }

    private MemberView ViewOf(Member member)
    {
        var isSelf = member.Id == Self;
        return new MemberView(
            member.Id,
            isSelf ? Membership.State : member.Beat.State,
            member.Health,
            isSelf ? Ownership.HeldCount : member.Beat.Shards.Count,
            Membership.TakesShards(member),
            member.Beat.PublicUrl);
    }
}
