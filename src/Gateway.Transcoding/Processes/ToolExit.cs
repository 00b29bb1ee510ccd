namespace Gateway.Transcoding.Processes;

/// <param name="End">How it ended.</param>
/// <param name="ExitCode">128 plus the signal's number when a signal ended it; -1 when it was not started.</param>
/// <param name="Stderr">The end of its error output.</param>
internal sealed record ToolExit(ToolEnd End, int ExitCode, string Stderr)
{
    public bool Succeeded => End == ToolEnd.Exited && ExitCode == 0;
}
