namespace Gateway.Transcoding.Processes;

/// <summary>How a run of a tool came to its end.</summary>
internal enum ToolEnd
{
    Exited,
    TimedOut,
    Stalled,

    /// <summary>The program is not there or cannot be started.</summary>
    NotStarted,

    /// <summary>It wrote more than its reader allows.</summary>
    TooMuchOutput,
}
