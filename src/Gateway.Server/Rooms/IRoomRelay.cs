namespace Gateway.Server.Rooms;

/// <summary>The relay's part of one room. Called on the room's home lane.</summary>
internal interface IRoomRelay
{
    /// <summary>What this node is to the room at this moment. A change is also told, by <see cref="Room.OnPlaced"/>.</summary>
    RoomRole Role { get; }

    /// <summary>Whether any other node follows: the room is in use then.</summary>
    bool IsFollowed { get; }

    /// <summary>As the owner: sends an ordered message to all nodes that follow. Takes a reference of its own if it keeps the message.</summary>
    void Broadcast(RoomMessage message);

    /// <summary>As the owner: sends a frame about who is there to all nodes that follow, which write their own number for the room into it.</summary>
    void Announce(ReadOnlySpan<byte> frame);

    /// <summary>Not as the owner: sends a publish to the owner and completes it with the owner's answer, which may take until there is one. Takes over the publication.</summary>
    void Forward(Publication publication);

    /// <summary>Not as the owner: tells it who came, changed and left here.</summary>
    /// <param name="changes">As <see cref="RosterChanges.Read"/> reads them.</param>
    /// <param name="isAll">They name everybody who is here, or begin to.</param>
    /// <param name="hasMore">They go on in the next report.</param>
    void Report(ReadOnlySpan<byte> changes, bool isAll, bool hasMore);

    /// <summary>What one report may take.</summary>
    int MaxReportBytes { get; }

    /// <summary>Not as the owner: has the owner answer who is there; the query goes back to its reader.</summary>
    void Ask(RosterQuery query);

    /// <summary>Not as the owner: from now on the room wants what the owner sends. Answered once, by <see cref="Room.OnFollowed"/> or <see cref="Room.OnUnavailable"/>, unless <see cref="Room.OnPlaced"/> comes first.</summary>
    void Follow();

    /// <summary>As the owner, before the room opens: what the owner before has left of it, given once. Null: nothing is known.</summary>
    Inherited? Inherit();

    /// <summary>The room knows where it stands: nodes that asked can be answered.</summary>
    void OnOpened();

    /// <summary>The room could not find out where it stands.</summary>
    void OnUnavailable();

    /// <summary>The room is forgotten.</summary>
    void Close();
}
