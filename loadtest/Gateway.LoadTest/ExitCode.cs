namespace Gateway.LoadTest;

/// <summary>What the program ends with.</summary>
public enum ExitCode
{
    /// <summary>The load ran and all thresholds hold.</summary>
    Ok = 0,

    /// <summary>The load ran and a threshold does not hold.</summary>
    ThresholdBroken = 1,

    /// <summary>The arguments are wrong, or ask for more than this machine allows.</summary>
    BadArguments = 2,

    /// <summary>The load could not be run: no gateway, no connection, a worker that died.</summary>
    RunFailed = 3,

    /// <summary>Ctrl-C or SIGTERM.</summary>
    Cancelled = 130,
}
