namespace Gateway.LoadTest;

/// <summary>The run cannot go on; the message is for people.</summary>
public sealed class LoadTestException : Exception
{
    /// <summary>A sentence and what the program ends with.</summary>
    public LoadTestException(ExitCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>What the program ends with.</summary>
    public ExitCode Code { get; }
}
