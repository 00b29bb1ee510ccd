namespace Gateway.Server.Jobs;

/// <summary>The short form, for services that poll.</summary>
internal sealed record JobStatusResponse(string Id, string Status, int Attempt, double Progress, string? Stage, JobFault? Error);
