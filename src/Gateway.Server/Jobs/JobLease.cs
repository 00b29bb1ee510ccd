namespace Gateway.Server.Jobs;

/// <summary>A job in a worker's hands, as the store knows it.</summary>
internal sealed record JobLease(string LeaseId, string WorkerId, DateTimeOffset ExpiresAt, Job Job);
