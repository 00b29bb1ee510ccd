using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Gateway.Server.Jobs;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IJobStore"/>
/// <remarks>The writer is alone, so what a write has read still holds when it writes. This part: rows in and out; the leases are in the other.</remarks>
internal sealed partial class SqliteJobStore : IJobStore
{
    private readonly SqliteDatabase _database;
    private readonly JobSignals _signals;
    private long _counts;

    public SqliteJobStore(SqliteDatabase database, JobSignals signals)
    {
        _database = database;
        _signals = signals;

        // Jobs are counted before their commit, for the writes that share the transaction must see them. What was undone is counted anew.
        database.RolledBack += RefreshCounts;
        database.Read(connection =>
        {
            RefreshCounts(connection);
            return true;
        });
    }

    // Two ints in one word, so that a reader never sees half of a change.
    public JobCounts Counts
    {
        get
        {
            var counts = Volatile.Read(ref _counts);
            return new((int)(counts >> 32), (int)counts);
        }
    }

    public async Task<CreateJobStatus> CreateAsync(Job job, int maxQueued, CancellationToken cancellationToken)
    {
        var status = await _database.WriteAsync(connection => Create(connection, job, maxQueued), cancellationToken);
        if (status is CreateJobStatus.Created)
            _signals.WorkArrived();
        return status;
    }

    public Task<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => FindRow(connection, id)?.ToJob(), cancellationToken);

    public Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<Job>>(
        connection => [.. connection.Query<JobRow>(
            $"""
            SELECT {JobRow.Columns} FROM jobs
            WHERE (@UserId IS NULL OR user_id = @UserId) AND (@status IS NULL OR status = @status) AND (@Before IS NULL OR id < @Before)
            ORDER BY id DESC LIMIT @Limit
            """,
            new { query.UserId, status = query.Status?.Name(), query.Before, query.Limit }).Select(static row => row.ToJob())],
        cancellationToken);

    public Task<IReadOnlyList<JobEntry>> HistoryAsync(string id, CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<JobEntry>>(
        connection => [.. connection.Query<JobEntryRow>(
            """
            SELECT id, job_id AS JobId, worker_id AS WorkerId, operation, status, attempt, duration_ms AS DurationMs, metadata, created_at AS CreatedAt
            FROM processing_history WHERE job_id = @id ORDER BY id
            """,
            new { id }).Select(static row => row.ToEntry())],
        cancellationToken);

    public async Task<CancelRequest> RequestCancelAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var outcome = await _database.WriteAsync(connection => RequestCancel(connection, id, now), cancellationToken);
        if (outcome is CancelRequest.Removed)
            _signals.OutboxGrew();
        return outcome;
    }

    public async Task<RetryStatus> RetryAsync(
        string id, JobPreset? preset, bool alsoCompleted, int maxQueued, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = await _database.WriteAsync(connection => Retry(connection, id, preset, alsoCompleted, maxQueued, now), cancellationToken);
        if (status is RetryStatus.Queued)
            _signals.WorkArrived();
        return status;
    }

    public Task<DeleteJobStatus> DeleteAsync(string id, CancellationToken cancellationToken) => _database.WriteAsync(
        connection =>
        {
            if (FindRow(connection, id) is not { } row)
                return DeleteJobStatus.NotFound;
            if (!JobStatusNames.Parse(row.Status).HasEnded())
                return DeleteJobStatus.NotEnded;

            connection.Execute("INSERT OR IGNORE INTO garbage (id) VALUES (@id); DELETE FROM jobs WHERE id = @id", new { id });
            return DeleteJobStatus.Deleted;
        },
        cancellationToken);

    public Task<bool> UpdateProgressAsync(
        string id, int? attempt, ProgressReading reading, DateTimeOffset now, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => connection.Execute(
            """
            UPDATE jobs SET progress = @Percent, stage = @Stage, eta_seconds = @EtaSeconds, fps = @Fps, speed = @Speed, updated_at = @at
            WHERE id = @id AND status = 'running' AND (@attempt IS NULL OR attempt - attempt_base = @attempt)
            """,
            new { id, attempt, reading.Percent, reading.Stage, reading.EtaSeconds, reading.Fps, reading.Speed, at = now.ToUnix() }) == 1,
        cancellationToken);

    public Task RecordStageAsync(
        string id, string stage, string status, int attempt, string workerId, TimeSpan duration, JsonObject metadata, DateTimeOffset at,
        CancellationToken cancellationToken) => _database.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO processing_history (job_id, worker_id, operation, status, attempt, duration_ms, metadata, created_at)
            SELECT id, @workerId, @stage, @status, attempt_base + @attempt, @duration, @metadata, @at FROM jobs WHERE id = @id
            """,
            new { id, workerId, stage, status, attempt, duration = (long)duration.TotalMilliseconds, metadata = metadata.ToJsonString(), at = at.ToUnix() }),
        cancellationToken);

    private static JobRow? FindRow(SqliteConnection connection, string id) =>
        connection.QuerySingleOrDefault<JobRow>($"SELECT {JobRow.Columns} FROM jobs WHERE id = @id", new { id });

    private static void Append(
        SqliteConnection connection, string jobId, string operation, JobStatus status, int attempt, string? workerId, JsonObject metadata, DateTimeOffset at) =>
        connection.Execute(
            """
            INSERT INTO processing_history (job_id, worker_id, operation, status, attempt, metadata, created_at)
            VALUES (@jobId, @workerId, @operation, @status, @attempt, @metadata, @at)
            """,
            new { jobId, workerId, operation, status = status.Name(), attempt, metadata = metadata.ToJsonString(), at = at.ToUnix() });

    /// <summary>The job's room and its owner's: who follows either learns of the end.</summary>
    private static void AppendTerminalEvent(SqliteConnection connection, string jobId)
    {
        var job = FindRow(connection, jobId)!.ToJob();
        var name = job.Status is JobStatus.Completed ? JobEvents.Complete : JobEvents.Error;
        var payload = JobEvents.TerminalPayload(job);
        foreach (var room in (ReadOnlySpan<string>)[JobEvents.JobRoom(job.Id), JobEvents.UserRoom(job.UserId)])
        {
            connection.Execute(
                "INSERT INTO outbox (room, event, payload, idempotency_key) VALUES (@room, @name, @payload, @key)",
                new { room, name, payload, key = JobEvents.IdempotencyKey(job) });
        }
    }

    private static JsonObject Facts(JobFault error) => new() { ["code"] = error.Code, ["message"] = error.Message };

    private CreateJobStatus Create(SqliteConnection connection, Job job, int maxQueued)
    {
        if (FindRow(connection, job.Id) is not null)
            return CreateJobStatus.Exists;
        if (Counts.Queued >= maxQueued)
            return CreateJobStatus.QueueFull;

        connection.Execute("DELETE FROM uploads WHERE id = @Id", new { job.Id });
        connection.Execute(
            """
            INSERT INTO jobs (id, user_id, filename, content_type, preset, options, input_bytes, input_path, output_directory, stored_bytes, status,
                              position, due_at, created_at, updated_at)
            VALUES (@Id, @UserId, @FileName, @ContentType, @preset, @options, @InputBytes, @InputPath, @OutputDirectory, @InputBytes, 'queued',
                    (SELECT coalesce(max(position), 0) + 1 FROM jobs), @at, @at, @at)
            """,
            new
            {
                job.Id,
                job.UserId,
                job.FileName,
                job.ContentType,
                preset = job.Preset.Name,
                options = JsonSerializer.Serialize(job.Options, JobsJson.Default.TranscodeJobOptions),
                job.InputBytes,
                job.InputPath,
                job.OutputDirectory,
                at = job.CreatedAt.ToUnix(),
            });
        var facts = new JsonObject
        {
            ["userId"] = job.UserId,
            ["filename"] = job.FileName,
            ["preset"] = job.Preset.Name,
            ["inputBytes"] = job.InputBytes,
        };
        Append(connection, job.Id, JobOperations.Queued, JobStatus.Queued, 0, null, facts, job.CreatedAt);
        RefreshCounts(connection);
        return CreateJobStatus.Created;
    }

    private CancelRequest RequestCancel(SqliteConnection connection, string id, DateTimeOffset now)
    {
        if (FindRow(connection, id) is not { } row || JobStatusNames.Parse(row.Status).HasEnded())
            return CancelRequest.NotFound;

        if (row.LeaseId is null)
        {
            // It takes a number of its own, so that two cancels of a job that was asked for twice are two events.
            End(connection, row, JobStatus.Cancelled, JobOperations.Cancelled, row.Attempt + 1, Cancelled, null, now);
            return CancelRequest.Removed;
        }

        if (!row.CancelRequested)
        {
            connection.Execute("UPDATE jobs SET cancel_requested = 1, updated_at = @at WHERE id = @id", new { id, at = now.ToUnix() });
            Append(connection, id, JobOperations.CancelRequested, JobStatus.Running, row.Attempt, null, [], now);
        }

        return CancelRequest.Signalled;
    }

    private RetryStatus Retry(SqliteConnection connection, string id, JobPreset? preset, bool alsoCompleted, int maxQueued, DateTimeOffset now)
    {
        if (FindRow(connection, id) is not { } row)
            return RetryStatus.NotFound;

        var status = JobStatusNames.Parse(row.Status);
        if (!status.HasEnded() || (status is JobStatus.Completed && !alsoCompleted))
            return RetryStatus.WrongState;
        if (Counts.Queued >= maxQueued)
            return RetryStatus.QueueFull;

        var name = preset?.Name ?? row.Preset;
        connection.Execute(
            """
            UPDATE jobs SET status = 'queued', position = (SELECT max(position) + 1 FROM jobs), due_at = @at, attempt_base = attempt, cancel_requested = 0,
                preset = @name, progress = 0, stage = NULL, eta_seconds = NULL, fps = NULL, speed = NULL, error_code = NULL, error_message = NULL,
                result = NULL, started_at = NULL, completed_at = NULL, updated_at = @at
            WHERE id = @id
            """,
            new { id, name, at = now.ToUnix() });
        Append(connection, id, JobOperations.Retried, JobStatus.Queued, row.Attempt, null, new JsonObject { ["preset"] = name }, now);
        RefreshCounts(connection);
        return RetryStatus.Queued;
    }

    private void RefreshCounts(SqliteConnection connection)
    {
        var (queued, running) = connection.QuerySingle<(long Queued, long Running)>(
            "SELECT count(*) FILTER (WHERE status = 'queued'), count(*) FILTER (WHERE status = 'running') FROM jobs INDEXED BY jobs_line WHERE status IN ('queued', 'running')");
        Volatile.Write(ref _counts, (queued << 32) | running);
    }
}
