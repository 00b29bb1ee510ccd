namespace Gateway.Server.Rooms;

/// <summary>Waits for a roster.</summary>
internal interface IRosterReader
{
    /// <summary>Called on the room's home lane, which may not be the reader's: it passes the answer on to its own.</summary>
    void OnRoster(RosterQuery query);
}
