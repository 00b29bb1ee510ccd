namespace Gateway.Server.Rooms;

/// <summary>What this node is to a room.</summary>
internal enum RoomRole
{
    /// <summary>It gives the room its order.</summary>
    Owner,

    /// <summary>Another node does.</summary>
    Follower,

    /// <summary>Nobody does at this moment, as far as this node knows: the shard is changing hands. What is published waits.</summary>
    Unplaced,
}
