using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Jobs;

/// <summary>Rebuilds a job's state from its event log.</summary>
internal static class JobHistory
{
    /// <param name="entries">All of one job, in order. Entries of stages are passed over.</param>
    /// <returns>Null when the log does not begin with <see cref="JobOperations.Queued"/>.</returns>
    public static JobState? Replay(IEnumerable<JobEntry> entries)
    {
        JobState? state = null;
        foreach (var entry in entries)
            state = state is null ? Begin(entry) : Apply(state, entry);

        return state;
    }

    private static JobState? Begin(JobEntry entry) =>
        entry.Operation is JobOperations.Queued && JobPreset.TryParse(Text(entry, "preset"), out var preset)
            ? new JobState(
                JobStatus.Queued, 0, 0, CancelRequested: false, Text(entry, "userId")!, Text(entry, "filename")!, preset,
                entry.Metadata["inputBytes"]!.GetValue<long>(), null, null, entry.At, null, null)
            : null;

    private static JobState Apply(JobState state, JobEntry entry) => entry.Operation switch
    {
        JobOperations.Started => state with { Status = JobStatus.Running, Attempt = entry.Attempt, StartedAt = state.StartedAt ?? entry.At },
        JobOperations.Requeued => state with { Status = JobStatus.Queued, Error = Fault(entry) },
        JobOperations.Released => state with { Status = JobStatus.Queued, Attempt = entry.Attempt - 1 },
        JobOperations.CancelRequested => state with { CancelRequested = true },
        JobOperations.Completed => End(state, entry, JobStatus.Completed) with
        {
            OutputBytes = entry.Metadata["result"].Deserialize(JobsJson.Default.StoredResult)!.OutputBytes,
        },
        JobOperations.Failed => End(state, entry, JobStatus.Failed) with { Error = Fault(entry) },
        JobOperations.Cancelled => End(state, entry, JobStatus.Cancelled) with { Error = Fault(entry), CancelRequested = true },
        JobOperations.Retried => state with
        {
            Status = JobStatus.Queued,
            AttemptBase = entry.Attempt,
            CancelRequested = false,
            Preset = JobPreset.TryParse(Text(entry, "preset"), out var preset) ? preset : state.Preset,
            Error = null,
            OutputBytes = null,
            StartedAt = null,
            CompletedAt = null,
        },
        _ => state,
    };

    private static JobState End(JobState state, JobEntry entry, JobStatus status) =>
        state with { Status = status, Attempt = entry.Attempt, CompletedAt = entry.At, Error = null };

    private static JobFault? Fault(JobEntry entry) => Text(entry, "code") is { } code ? new JobFault(code, Text(entry, "message") ?? "") : null;

    private static string? Text(JobEntry entry, string name) => (entry.Metadata[name] as JsonValue)?.GetValue<string>();
}
