namespace Gateway.Server.Operations;

/// <summary>What the executable is asked to do.</summary>
internal enum StartTask
{
    /// <summary>Serve until told to stop.</summary>
    Run,

    /// <summary>Print how it is used.</summary>
    Help,

    /// <summary>Print the effective settings as JSON, secrets masked.</summary>
    PrintConfiguration,

    /// <summary>Print the table of all settings as Markdown.</summary>
    PrintOptions,

    /// <summary>Print the version.</summary>
    PrintVersion,

    /// <summary>Ask a running node how it is.</summary>
    ProbeHealth,
}
