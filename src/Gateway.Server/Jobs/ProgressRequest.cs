namespace Gateway.Server.Jobs;

/// <summary>A worker of another process says how far it is.</summary>
internal sealed record ProgressRequest(double? Progress, string? Stage, double? EtaSeconds, double? Fps, double? Speed);
