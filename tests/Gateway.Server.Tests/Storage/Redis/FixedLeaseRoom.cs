using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>One room under a <see cref="FixedLease"/>: without an owner there is nobody who says where it stands.</summary>
internal sealed class FixedLeaseRoom(FixedLease lease, Room room) : IRoomRelay
{
    public RoomRole Role => lease.Fenced.IsEmpty ? RoomRole.Owner : RoomRole.Unplaced;

    public bool IsFollowed => false;

    public void Follow() => room.OnUnavailable();

    public void Forward(Publication publication) => publication.Complete(PublishStatus.Unavailable, 0, 0);

    public void Ask(RosterQuery query) => lease.Ask(query);

    public void Broadcast(RoomMessage message)
    {
    }

    public void Announce(ReadOnlySpan<byte> frame)
    {
    }

    public int MaxReportBytes => int.MaxValue;

    public void Report(ReadOnlySpan<byte> changes, bool isAll, bool hasMore)
    {
    }

    public Inherited? Inherit() => null;

    public void OnOpened()
    {
    }

    public void OnUnavailable()
    {
    }

    public void Close()
    {
    }
}
