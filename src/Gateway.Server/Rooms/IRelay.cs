namespace Gateway.Server.Rooms;

/// <summary>
/// What connects the rooms of this node with the other nodes. The owner of a room gives it its order; every other node that has members forwards to the owner
/// and is sent what the owner ordered.
/// </summary>
/// <remarks>Called on the room's home lane; everything is started, nothing waited for. What comes back comes as a command to that lane.</remarks>
internal interface IRelay
{
    /// <summary>True when this node orders the room.</summary>
    bool IsOwner(Room room);

    /// <summary>The epoch under which this node owns the shard; the history refuses writes under an older one. 0: there are no leases.</summary>
    long EpochOf(int shard) => 0;

    /// <summary>The history has refused a write under this epoch: another node owns the shard.</summary>
    void OnFenced(int shard, long epoch)
    {
    }

    /// <summary>Sends a publish to the owner and completes it with the owner's answer. Takes over the publication.</summary>
    void Forward(Room room, Publication publication);

    /// <summary>Sends an ordered message to all other nodes that have members. Takes a reference of its own if it keeps the message.</summary>
    void Broadcast(Room room, RoomMessage message);

    /// <summary>This node has got its first member of the room, or lost its last.</summary>
    void SetInterest(Room room, bool hasMembers);
}
