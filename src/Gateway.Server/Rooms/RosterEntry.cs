namespace Gateway.Server.Rooms;

/// <summary>One user in a room. Belongs to the room's home lane.</summary>
internal sealed class RosterEntry(string user, long since)
{
    public string User { get; } = user;

    /// <summary>Connections in the room on this node; 0 while the user has dropped and its grace runs, or is elsewhere.</summary>
    public int ConnectionCount { get; set; }

    /// <summary>Other nodes that have the user.</summary>
    public int OtherNodeCount { get; set; }

    /// <summary>Connections in the room on other nodes.</summary>
    public int OtherConnectionCount { get; set; }

    /// <summary>Its place among those who have dropped and may come back; null while it is none.</summary>
    public LinkedListNode<RosterEntry>? Grace { get; set; }

    public bool IsInGrace => Grace is not null;

    public string? State { get; set; }

    /// <summary>One MessagePack value, or null.</summary>
    public byte[]? Data { get; set; }

    /// <summary>When the user came, milliseconds since 1970.</summary>
    public long Since { get; } = since;

    /// <summary>When the grace of a dropped user ends, in lane milliseconds.</summary>
    public long GraceEnds { get; set; }

    /// <summary>True once members have been told of the user.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>True while a change of the state waits to be told.</summary>
    public bool IsChanged { get; set; }
}
