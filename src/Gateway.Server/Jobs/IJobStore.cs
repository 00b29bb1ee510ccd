using System.Text.Json.Nodes;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;

namespace Gateway.Server.Jobs;

/// <summary>
/// Jobs at rest, their state machine, their history, and the outbox of their ends. Each member that changes a state is one transaction:
/// row, history entry, and for an end its event, or nothing. Callable from any thread; the contract is JobStoreContract in the tests.
/// </summary>
internal interface IJobStore
{
    /// <summary>As of this process's last change.</summary>
    JobCounts Counts { get; }

    /// <summary>Takes the job's upload out and puts the job in, at the end of the line.</summary>
    Task<CreateJobStatus> CreateAsync(Job job, int maxQueued, CancellationToken cancellationToken);

    Task<Job?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    Task<IReadOnlyList<JobEntry>> HistoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>The first job of the line that is due: waiting, or under a lease that ran out.</summary>
    Task<JobLease?> LeaseAsync(string leaseId, string workerId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    Task<LeaseState> RenewAsync(string leaseId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    Task<LeaseState> CompleteAsync(string leaseId, StoredResult result, DateTimeOffset now, CancellationToken cancellationToken);

    /// <param name="dueAt">When the job is due again; null ends it.</param>
    Task<LeaseState> FailAsync(string leaseId, JobFault error, DateTimeOffset? dueAt, DateTimeOffset now, CancellationToken cancellationToken);

    Task<LeaseState> CancelLeaseAsync(string leaseId, DateTimeOffset now, CancellationToken cancellationToken);

    Task<LeaseState> ReleaseAsync(string leaseId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>When the next waiting job is due or the next lease runs out; null when there is neither.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Ends every lease now: for the start of the only process, when no worker can be alive.</summary>
    Task<int> ExpireLeasesAsync(DateTimeOffset now, CancellationToken cancellationToken);

    Task<CancelRequest> RequestCancelAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Puts an ended job back at the end of the line.</summary>
    /// <param name="preset">Another preset, or null for the same.</param>
    /// <param name="alsoCompleted">Whether a job that completed may be done again too.</param>
    Task<RetryStatus> RetryAsync(
        string id, JobPreset? preset, bool alsoCompleted, int maxQueued, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes an ended job's rows; its files become garbage to be collected.</summary>
    Task<DeleteJobStatus> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>False when the job does not run (any more), or the reading is of an attempt that is over.</summary>
    /// <param name="attempt">As the worker counts; null for whatever attempt runs.</param>
    Task<bool> UpdateProgressAsync(string id, int? attempt, ProgressReading reading, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds a stage's entry; passed over when the job is gone.</summary>
    /// <param name="attempt">As the worker counts.</param>
    Task RecordStageAsync(
        string id, string stage, string status, int attempt, string workerId, TimeSpan duration, JsonObject metadata, DateTimeOffset at,
        CancellationToken cancellationToken);
}
