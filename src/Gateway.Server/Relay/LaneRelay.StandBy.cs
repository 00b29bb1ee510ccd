using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>How nodes that stand by are told where this lane's rooms stand, beside what each room says as it gets messages.</summary>
/// <remarks>
/// All rooms are told of when somebody new stands by, after the wire was broken, and again every <see cref="RoundChecks"/> checks, which mends what was lost and keeps the records of quiet rooms alive: 50,000 rooms
/// are some 800 a second by default.
/// </remarks>
internal sealed partial class LaneRelay
{
    // In check intervals: a minute by default. A record that was not heard of for two rounds, and some time to get through them, is forgotten.
    private const int RoundChecks = 6;
    private const int MaxSilentChecks = 15;

    // In one tick: 5,000 a second, some 0.5 MB for each stand-in, so that 50,000 rooms take 10 s and no turn is long.
    private const int MaxSaidPerTick = 500;

    private long RoundTime => RoundChecks * (long)Node.Options.CheckInterval.TotalMilliseconds;

    // Rounds of different shards are spread over the time of one.
    private void StartSaying(ShardSeat seat) => seat.SayAgainAt = Lane.Now + RoundTime + (RoundTime * seat.Shard / RoomSet.ShardCount);

    private void SayStandings()
    {
        var left = MaxSaidPerTick;
        foreach (var seat in _seats)
        {
            if (seat.Lease is null || seat.StandIns.Length == 0)
                continue;
            if (Lane.Now >= seat.SayAgainAt)
                (seat.SayAt, seat.SayAgainAt) = (seat.Rooms.Count - 1, Lane.Now + RoundTime);

            // From behind: of rooms that are forgotten meanwhile none is passed over, and who opens now says so by itself.
            for (seat.SayAt = Math.Min(seat.SayAt, seat.Rooms.Count - 1); seat.SayAt >= 0 && left > 0; left--)
                seat.Rooms[seat.SayAt--].SayStanding();
        }
    }

    private void ForgetSilentRooms()
    {
        var silence = Node.Options.CheckInterval * MaxSilentChecks;
        foreach (var seat in _seats)
        {
            if (ReferenceEquals(Node.LaneOf(seat.Shard), this))
                Node.StandIns.Forget(seat.Shard, silence);
        }
    }

    /// <summary>The last word on every room, to whom has the shard next; it must be on its way before the shard is let go. Nothing is ordered any more, and all is written.</summary>
    private void Finish(ShardSeat seat, ShardLease lease)
    {
        if (!seat.IsFenced && Node.IsInForce(lease))
        {
            for (var i = seat.Rooms.Count - 1; i >= 0; i--)
                seat.Rooms[i].SayLastStanding();
            foreach (var node in seat.StandIns)
                OutboxOf(node).Flush();
        }

        lease.Finish();
    }
}
