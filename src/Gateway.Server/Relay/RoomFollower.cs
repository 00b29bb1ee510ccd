using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>A node that follows a room of this one. Belongs to the room's home lane.</summary>
internal sealed class RoomFollower(NodeId node)
{
    public NodeId Node { get; } = node;

    /// <summary>Who is in the room there.</summary>
    public RosterShare Share { get; } = new();

    /// <summary>Its request that waits for the room to know where it stands; 0: none.</summary>
    public long WaitingRequest { get; set; }

    /// <summary>The epoch that the node knew when it asked.</summary>
    public long KnownEpoch { get; set; }

    /// <summary>The newest offset that the node had of it.</summary>
    public long KnownHead { get; set; }

    /// <summary>It reads the numbers of what it is sent.</summary>
    public bool IsNumbered { get; set; }

    /// <summary>When the node last said something of the room, in lane milliseconds.</summary>
    public long HeardAt { get; set; }
}
