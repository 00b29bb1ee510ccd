using Gateway.Server.Cluster;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>Does what ShardOwnership and Membership do, over the world's store and what is heard of the other nodes.</summary>
internal sealed partial class SimLife
{
    public const int LeaseDuration = 1000;
    private const int LeaseMargin = 200;
    private const int HandoverTime = 600;
    private const int DeadAfter = 900;

    private static readonly ShardPlace Nowhere = new(null, 0, null, null, []);

    private readonly Dictionary<int, Holding> _holdings = [];
    private readonly HashSet<int> _acquiring = [];
    private readonly Dictionary<NodeId, (long At, (int Shard, long Epoch)[] Claims)> _heard = [];
    private string _mapped = "";
    private long _mapVersion;

    public IReadOnlyDictionary<int, Holding> Holdings => _holdings;

    /// <summary>Its clock runs so much too slowly that it believes in its leases for longer than the store does.</summary>
    public bool IsCredulous { get; set; }

    public (int Shard, long Epoch)[] Claims => [.. _holdings.Select(static holding => (holding.Key, holding.Value.Lease.Epoch)).Order()];

    public void Hear(NodeId node, (int Shard, long Epoch)[] claims) => _heard[node] = (_events.Now, claims);

    public bool IsHeard(NodeId node) => _heard.TryGetValue(node, out var heard) && _events.Now - heard.At < DeadAfter;

    public void ClusterTick(SimWorld world)
    {
        // As ClusterMember: whom the ring gives a shard is known before it is handed over.
        ShowMap(world);
        foreach (var shard in world.Shards)
        {
            var isWanted = world.Desired[shard] == Slot;
            if (_holdings.TryGetValue(shard, out var holding))
                Keep(world, shard, holding, isWanted);
            else if (isWanted && !_acquiring.Contains(shard))
                Acquire(world, shard);
        }

        ShowMap(world);
    }

    /// <summary>It learns that its shards are gone.</summary>
    public void LoseAll()
    {
        foreach (var (shard, holding) in _holdings.ToArray())
            Lose(shard, holding);
        _relay.OnMap(new ShardMap(++_mapVersion, [.. Enumerable.Repeat(Nowhere, ILeases.ShardCount)], []));
    }

    private void Acquire(SimWorld world, int shard)
    {
        var started = _events.Now;
        if (world.Store.Acquire(shard, Id.ToString(), LeaseDuration) is not { } epoch)
            return;
        _acquiring.Add(shard);
        _events.In(_random.Next(4) == 0 ? _random.Next(900) : _random.Next(20), () =>
        {
            _acquiring.Remove(shard);
            var until = UntilOf(world, shard, started);
            if (IsDead || _events.Now >= until)
                return;
            var lease = new ShardLease(shard, epoch, until, Finished) { Previous = epoch - 1 };
            _holdings[shard] = new Holding { Lease = lease, RenewAt = started + (LeaseDuration / 4) };
            _relay.OnAcquired(lease);
        });
    }

    private void Keep(SimWorld world, int shard, Holding holding, bool isWanted)
    {
        var now = _events.Now;
        if (!holding.Lease.IsInForce(now))
        {
            Lose(shard, holding);
        }
        else if (holding.LosingUntil > 0)
        {
            if (!holding.IsFinished && now < holding.LosingUntil)
                return;
            if (holding.IsFinished)
                FinishedCount++;
            Lose(shard, holding);
            world.Store.Release(shard, holding.Lease.Epoch);
        }
        else if (!isWanted)
        {
            holding.LosingUntil = now + HandoverTime;
            _relay.OnLosing(holding.Lease);
        }
        else if (now >= holding.RenewAt)
        {
            Renew(world, shard, holding);
        }
    }

    private void Renew(SimWorld world, int shard, Holding holding)
    {
        var now = _events.Now;
        switch (world.Store.Renew(shard, Id.ToString(), holding.Lease.Epoch, LeaseDuration))
        {
            case true:
                holding.Lease.Extend(UntilOf(world, shard, now));
                holding.RenewAt = now + (LeaseDuration / 4);
                break;
            case false when !IsCredulous || world.HasEphemeral(shard):
                Lose(shard, holding);
                break;
        }
    }

    private void Lose(int shard, Holding holding)
    {
        _holdings.Remove(shard);
        holding.Lease.End();
        _relay.OnLost(holding.Lease);
    }

    // What has no history has no fence either: there, clocks that run so far apart are beyond what is promised.
    private long UntilOf(SimWorld world, int shard, long started) =>
        started + (IsCredulous && !world.HasEphemeral(shard) ? LeaseDuration * 2 : LeaseDuration - LeaseMargin);

    private void ShowMap(SimWorld world)
    {
        var places = new ShardPlace[ILeases.ShardCount];
        Array.Fill(places, Nowhere);
        foreach (var (node, heard) in _heard)
        {
            if (!IsHeard(node))
                continue;
            foreach (var (shard, epoch) in heard.Claims)
            {
                if (epoch > places[shard].Epoch)
                    places[shard] = new ShardPlace(node, epoch, null, null, []);
            }
        }

        foreach (var (shard, holding) in _holdings)
            places[shard] = new ShardPlace(Id, holding.Lease.Epoch, holding.Lease, null, []);
        foreach (var shard in world.Shards)
            places[shard] = places[shard] with { Intended = world.Lives[world.Desired[shard]].Id, StandIns = StandInsOf(world, shard) };
        var members = _heard.Select(heard => new MemberView(heard.Key, MemberState.Alive, IsHeard(heard.Key) ? MemberHealth.Heard : MemberHealth.Dead, 0, true)).ToArray();
        var mapped = string.Join(' ', world.Shards.Select(shard => $"{places[shard].Owner}:{places[shard].Epoch}:{places[shard].Intended}")) + string.Join(' ', members.Select(static member => $"{member.Id}{member.Health}").Order());
        if (mapped == _mapped)
            return;
        _mapped = mapped;
        _relay.OnMap(new ShardMap(++_mapVersion, places, members));
    }

    // As the ring has them: the others that it knows to live, in the order of their slots from the intended one on.
    private NodeId[] StandInsOf(SimWorld world, int shard) =>
        [.. Enumerable.Range(1, SimWorld.NodeCount - 1).Select(i => world.Lives[(world.Desired[shard] + i) % SimWorld.NodeCount]).Where(life => life == this || IsHeard(life.Id)).Select(static life => life.Id)];

    private void Finished(ShardLease lease)
    {
        if (_holdings.TryGetValue(lease.Shard, out var holding) && holding.Lease == lease)
            holding.IsFinished = true;
    }
}
