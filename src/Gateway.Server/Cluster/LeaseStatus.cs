namespace Gateway.Server.Cluster;

/// <summary>What the store said about a lease.</summary>
internal enum LeaseStatus
{
    /// <summary>The store cannot be reached or did not answer in time. Whether it did what was asked is not known.</summary>
    Unavailable = 0,

    /// <summary>It is the caller's, from now for the time it asked for.</summary>
    Granted = 1,

    /// <summary>A node holds it.</summary>
    Held = 2,

    /// <summary>The caller does not hold it any more.</summary>
    Lost = 3,

    /// <summary>Nobody holds it.</summary>
    Free = 4,
}
