namespace Gateway.Server.Rooms;

/// <summary>The relay of a node that is alone: it owns every room, and there is nobody to tell.</summary>
internal sealed class LoopbackRelay : IRelay
{
    public bool IsOwner(Room room) => true;

    public void Forward(Room room, Publication publication) => publication.Complete(PublishStatus.Unavailable, 0, 0);

    public void Broadcast(Room room, RoomMessage message)
    {
    }

    public void SetInterest(Room room, bool hasMembers)
    {
    }
}
