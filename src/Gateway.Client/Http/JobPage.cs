namespace Gateway.Client.Http;

/// <summary>A part of a user's jobs, newest first.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Next">The cursor of the next part; null when there is none.</param>
public sealed record JobPage(IReadOnlyList<JobInfo> Jobs, string? Next);
