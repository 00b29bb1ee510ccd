namespace Gateway.Transcoding.Workers;

/// <summary>Why a running attempt was stopped from outside.</summary>
internal enum StopReason
{
    None,

    /// <summary>The user's wish.</summary>
    Cancelled,

    /// <summary>Somebody else may have the job by now.</summary>
    LeaseLost,

    /// <summary>This process ends.</summary>
    Shutdown,
}
