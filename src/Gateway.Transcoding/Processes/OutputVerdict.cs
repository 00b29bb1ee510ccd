namespace Gateway.Transcoding.Processes;

internal enum OutputVerdict
{
    /// <summary>Sign of life only.</summary>
    Unchanged,

    /// <summary>The tool got further: the stall watchdog starts anew.</summary>
    Advanced,

    /// <summary>More than the reader will hold: end the tool.</summary>
    TooMuch,
}
