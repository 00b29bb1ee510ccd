namespace Gateway.Server.Rooms;

/// <summary>One message of an <see cref="AppendGroup"/>, with its outcome once the group has been written.</summary>
internal struct AppendEntry
{
    public Room Room;
    public Publication Publication;

    /// <summary>Set by the history.</summary>
    public AppendStatus Status;

    /// <summary>Set by the history: the epoch of the room it was stored under.</summary>
    public long Epoch;

    /// <summary>Set by the history: the offset given, or the first one's for a duplicate.</summary>
    public long Offset;
}
