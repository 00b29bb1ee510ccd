namespace Gateway.Server.Jobs;

/// <param name="Next">Give it as <c>cursor</c> to get the page after; null on the last one.</param>
internal sealed record JobList(IReadOnlyList<JobResponse> Jobs, string? Next);
