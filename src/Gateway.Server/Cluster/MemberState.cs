namespace Gateway.Server.Cluster;

/// <summary>Where a node is in its life, as it says itself. The numbers are on the wire.</summary>
internal enum MemberState
{
    /// <summary>Listens before it takes part; owns nothing.</summary>
    Joining = 1,

    /// <summary>Takes part.</summary>
    Alive = 2,

    /// <summary>Takes part, but cannot reach the store of the leases: takes no shard.</summary>
    Impaired = 3,

    /// <summary>Hands its shards over; is still there for its members.</summary>
    Draining = 4,

    /// <summary>Gone in good order. Its last word.</summary>
    Left = 5,
}
