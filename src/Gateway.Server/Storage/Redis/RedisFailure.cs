namespace Gateway.Server.Storage.Redis;

/// <summary>Why there is no answer.</summary>
internal enum RedisFailure
{
    None,

    /// <summary>Redis has not done it: there was no connection, or it refused.</summary>
    NotDone,

    /// <summary>It may have been done: the answer was lost, or did not come in time.</summary>
    InDoubt,

    /// <summary>Redis does not understand or a script has a fault: trying again does not help.</summary>
    Faulted,
}
