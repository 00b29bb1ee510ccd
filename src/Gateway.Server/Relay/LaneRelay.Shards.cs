using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>How shards come and go.</summary>
internal sealed partial class LaneRelay
{
    /// <summary>The history has refused a write under this epoch.</summary>
    public void OnFenced(int shard, long epoch)
    {
        var seat = _seats[shard];
        if (seat.Lease is { } lease && lease.Epoch == epoch && !seat.IsLosing)
        {
            seat.IsLosing = seat.IsFenced = true;
            Place(seat);
        }
    }

    /// <summary>Nothing of the shard is on its way to the history any more.</summary>
    public void OnWritten(int shard)
    {
        var seat = _seats[shard];
        if (seat.IsLosing && seat.Lease is { } lease)
            Finish(seat, lease);
    }

    private void OnAcquired(ShardLease lease)
    {
        var seat = _seats[lease.Shard];
        seat.Lease = lease;
        seat.IsLosing = seat.IsFenced = false;
        Node.StandIns.Own(lease.Shard, lease.Epoch);
        StartSaying(seat);
        seat.Link?.ReturnAll();
        Place(seat);
    }

    private void OnLosing(ShardLease lease)
    {
        var seat = _seats[lease.Shard];
        if (seat.Lease != lease)
            return;
        seat.IsLosing = true;
        Place(seat);
        if (!Directory.IsWriting(lease.Shard))
            Finish(seat, lease);
    }

    private void OnLost(ShardLease lease)
    {
        var seat = _seats[lease.Shard];
        if (seat.Lease != lease)
            return;
        seat.Lease = null;
        seat.IsLosing = seat.IsFenced = false;
        seat.SayAt = -1;
        foreach (var room in seat.Rooms)
        {
            room.NoteOwned(lease);
            room.DropFollowers();
        }

        foreach (var key in _intakes.Keys.Where(key => key.Shard == lease.Shard).ToArray())
        {
            _intakes.Remove(key, out var intake);
            intake!.Refuse();
        }

        Place(seat);
    }

    private void OnMap(ShardMap map)
    {
        var live = map.Members.Where(static member => member.Health != MemberHealth.Dead && member.State != MemberState.Left).Select(static member => member.Id).ToHashSet();
        ForgetNodes(live);
        foreach (var seat in _seats)
        {
            if (seat.StandBy(map[seat.Shard], Node.Options.StandIns) && seat.Lease is not null)
                seat.SayAt = seat.Rooms.Count - 1;

            // Who does not stand by any more keeps what is known until it has grown old: the owner may only have been thought dead.
            if (seat.Follow(map[seat.Shard]) && seat.Lease is null)
            {
                Place(seat);
                seat.Link?.Restart();
            }
        }
    }

    // A node that is only thought dead finds out by its checks.
    private void ForgetNodes(HashSet<NodeId> live)
    {
        foreach (var node in _outboxes.Keys.Where(node => !live.Contains(node)).ToArray())
            _outboxes.Remove(node);
        foreach (var key in _intakes.Keys.Where(key => !live.Contains(key.Node)).ToArray())
        {
            _intakes.Remove(key, out var intake);
            intake!.End();
        }

        foreach (var seat in _seats)
        {
            if (seat.Lease is null)
                continue;
            foreach (var room in seat.Rooms)
                room.ForgetFollowers(live);
        }
    }

    // By index from behind: a room may be forgotten meanwhile.
    private static void Place(ShardSeat seat)
    {
        var role = seat.Role;
        for (var i = seat.Rooms.Count - 1; i >= 0; i--)
            seat.Rooms[i].OnPlaced(role);
    }

    // What was under way when the wire broke may be lost: everything is said again.
    private void OnRestored()
    {
        foreach (var seat in _seats)
        {
            if (seat.Lease is null)
                seat.Link?.Restart();
            else
            {
                seat.Rooms.ForEach(static room => room.SayHead());
                seat.SayAt = seat.Rooms.Count - 1;
            }
        }

        foreach (var room in _following.ToArray())
            room.CheckAll();
    }
}
