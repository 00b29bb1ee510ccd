namespace Gateway.Server.Jobs;

/// <param name="Queued">Jobs that wait, those whose retry is not due yet included.</param>
/// <param name="Running">Jobs under a lease.</param>
internal readonly record struct JobCounts(int Queued, int Running);
