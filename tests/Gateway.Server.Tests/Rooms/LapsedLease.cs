using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms;

/// <summary>The relay of a node that owns every shard until its leases run out, which its rooms are told when the test says so.</summary>
internal sealed class LapsedLease : IRelay, IRoomRelay, ILaneWork
{
    private readonly LoopbackRelay _alone = new();
    private Room? _room;

    public RoomRole Role { get; set; } = RoomRole.Owner;

    /// <summary>Of all shards; 0: there are no leases.</summary>
    public long LeaseEpoch { get; set; }

    public bool IsFollowed => false;

    public IRoomRelay Attach(Room room)
    {
        _room = room;
        return this;
    }

    /// <summary>The one room learns what the node is to it.</summary>
    public void Tell() => _room!.Lane.Post(this, 0);

    public void Execute(int code, object? argument, long number) => _room!.OnPlaced(Role);

    public long EpochOf(int shard) => LeaseEpoch;

    public void OnFenced(int shard, long epoch) => _alone.OnFenced(shard, epoch);

    public void OnWritten(int shard) => _alone.OnWritten(shard);

    public void Broadcast(RoomMessage message) => _alone.Broadcast(message);

    public void Announce(ReadOnlySpan<byte> frame) => _alone.Announce(frame);

    public void Forward(Publication publication) => _alone.Forward(publication);

    public int MaxReportBytes => _alone.MaxReportBytes;

    public void Report(ReadOnlySpan<byte> changes, bool isAll, bool hasMore) => _alone.Report(changes, isAll, hasMore);

    public void Ask(RosterQuery query) => _alone.Ask(query);

    public void Follow() => _alone.Follow();

    public Inherited? Inherit() => _alone.Inherit();

    public void OnOpened() => _alone.OnOpened();

    public void OnUnavailable() => _alone.OnUnavailable();

    public void Close() => _alone.Close();
}
