namespace Gateway.Server.Rooms;

/// <summary>The relay of a node that is alone: it owns every room, and there is nobody to tell.</summary>
internal sealed class LoopbackRelay : IRelay, IRoomRelay
{
    public RoomRole Role => RoomRole.Owner;

    public bool IsFollowed => false;

    public IRoomRelay Attach(Room room) => this;

    public long EpochOf(int shard) => 0;

    public void OnFenced(int shard, long epoch)
    {
    }

    public void OnWritten(int shard)
    {
    }

    public void Broadcast(RoomMessage message)
    {
    }

    public void Announce(ReadOnlySpan<byte> frame)
    {
    }

    public void Forward(Publication publication) => publication.Complete(PublishStatus.Unavailable, 0, 0);

    public int MaxReportBytes => int.MaxValue;

    public void Report(ReadOnlySpan<byte> changes, bool isAll, bool hasMore)
    {
    }

    public void Ask(RosterQuery query)
    {
        query.Frame = Roster.EmptyFrame(query.Id);
        query.Reader.OnRoster(query);
    }

    public void Follow()
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
