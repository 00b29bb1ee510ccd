namespace Gateway.Demo;

/// <summary>The demo cannot go on; the message is the one sentence that is shown.</summary>
internal sealed class DemoException(ExitCode exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public ExitCode ExitCode { get; } = exitCode;
}
