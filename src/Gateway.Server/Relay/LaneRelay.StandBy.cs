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

    // Of all lanes in one tick: 5 MB a second, a small part of what NATS lets wait (16 MiB), so that what is asked and acknowledged still finds room. 10,000 rooms that are taken over with 1 KB each are told to two
    // stand-ins in 4 s.
    private const int MaxSaidBytesPerTick = 512 * 1024;

    // The same for what is kept in rooms that are handed over, which cannot wait.
    private const int MaxLastBytesPerTick = 4 * 1024 * 1024;

    private readonly Queue<RelayedRoom> _toSay = new();
    private readonly int _maxSaidBytes;
    private readonly int _maxLastBytes;
    private int _lastBytesLeft;

    /// <summary>The room tells its stand-ins of all that it keeps when its turn comes. Once for each time it is told of.</summary>
    public void SayLater(RelayedRoom room) => _toSay.Enqueue(room);

    private long RoundTime => RoundChecks * (long)Node.Options.CheckInterval.TotalMilliseconds;

    // Rounds of different shards are spread over the time of one.
    private void StartSaying(ShardSeat seat) => seat.SayAgainAt = Lane.Now + RoundTime + (RoundTime * seat.Shard / RoomSet.ShardCount);

    private void SayStandings()
    {
        var left = MaxSaidPerTick;
        var bytesLeft = _maxSaidBytes;
        _lastBytesLeft = _maxLastBytes;
        for (; left > 0 && bytesLeft > 0 && _toSay.TryDequeue(out var room); left--)
            bytesLeft -= room.SayStanding();
        foreach (var seat in _seats)
        {
            if (seat.Lease is null || seat.StandIns.Length == 0)
                continue;
            if (Lane.Now >= seat.SayAgainAt)
                (seat.SayAt, seat.SayAgainAt) = (seat.Rooms.Count - 1, Lane.Now + RoundTime);

            // From behind: of rooms that are forgotten meanwhile none is passed over, and who opens now says so by itself.
            for (seat.SayAt = Math.Min(seat.SayAt, seat.Rooms.Count - 1); seat.SayAt >= 0 && left > 0 && bytesLeft > 0; left--)
                bytesLeft -= seat.Rooms[seat.SayAt--].SayStanding();
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

            // The places are exact now. What is kept is known to who stood by; for a node that is new it is told once more, as far as the wire takes it.
            for (var i = seat.Rooms.Count - 1; i >= 0 && seat.StandIns.Length > 0 && _lastBytesLeft > 0; i--)
                _lastBytesLeft -= seat.Rooms[i].SayLastKept(seat.StandIns[0]);
            foreach (var node in seat.StandIns)
                OutboxOf(node).Flush();
        }

        lease.Finish();
    }
}
