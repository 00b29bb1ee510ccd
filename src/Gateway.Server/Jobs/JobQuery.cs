namespace Gateway.Server.Jobs;

/// <param name="UserId">Whose jobs; null for everybody's.</param>
/// <param name="Status">Only those of this status; null for all.</param>
/// <param name="Before">The id of the last job of the page before; ids grow with time.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record JobQuery(string? UserId, JobStatus? Status, string? Before, int Limit);
