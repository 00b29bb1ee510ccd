namespace Gateway.Server.Rooms;

/// <summary>
/// What connects the rooms of this node with the other nodes. The owner of a shard gives its rooms their order; every other node that has members follows: it forwards what is published to the
/// owner and is sent what the owner ordered.
/// </summary>
/// <remarks>Called on the room's home lane; everything is started, nothing waited for. What comes back comes as a call or a command on that lane.</remarks>
internal interface IRelay
{
    /// <summary>The relay's part of a new room.</summary>
    IRoomRelay Attach(Room room);

    /// <summary>Answers who is in a room that this node does not know: nobody if it is the owner, else what the owner says. The query goes back to its reader.</summary>
    void Ask(RosterQuery query);

    /// <summary>The epoch under which this node owns the shard; the history refuses writes under another one. 0: there are no leases.</summary>
    long EpochOf(int shard);

    /// <summary>The history has refused a write under this epoch: another node owns the shard.</summary>
    void OnFenced(int shard, long epoch);

    /// <summary>Nothing of the shard is on its way to the history any more.</summary>
    void OnWritten(int shard);
}
