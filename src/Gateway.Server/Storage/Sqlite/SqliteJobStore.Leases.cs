using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Gateway.Server.Jobs;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <content>What workers do: take, keep and settle jobs. Every statement of a worker is fenced by its lease id and the lease's end.</content>
internal sealed partial class SqliteJobStore
{
    private static readonly JobFault Cancelled = new(JobErrorCodes.Cancelled, "The job was cancelled.");

    public async Task<JobLease?> LeaseAsync(
        string leaseId, string workerId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        // An idle worker asks every other second: that must cost a read, not a transaction.
        if (await NextDueAsync(cancellationToken) is not { } due || due > now)
            return null;

        return await _database.WriteAsync(connection => Lease(connection, leaseId, workerId, now, expiresAt), cancellationToken);
    }

    public Task<LeaseState> RenewAsync(string leaseId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            connection =>
            {
                if (FindHeld(connection, leaseId, now) is not { } row)
                    return LeaseState.Lost;

                connection.Execute(
                    "UPDATE jobs SET lease_expires_at = @expires WHERE lease_id = @leaseId", new { leaseId, expires = expiresAt.ToUnix() });
                return row.CancelRequested ? LeaseState.CancelRequested : LeaseState.Held;
            },
            cancellationToken);

    public Task<LeaseState> CompleteAsync(string leaseId, StoredResult result, DateTimeOffset now, CancellationToken cancellationToken) =>
        SettleAsync(
            leaseId, now, (connection, row) => End(connection, row, JobStatus.Completed, JobOperations.Completed, row.Attempt, null, result, now), cancellationToken);

    public Task<LeaseState> FailAsync(
        string leaseId, JobFault error, DateTimeOffset? dueAt, DateTimeOffset now, CancellationToken cancellationToken) => SettleAsync(
        leaseId,
        now,
        (connection, row) =>
        {
            if (dueAt is null)
                End(connection, row, JobStatus.Failed, JobOperations.Failed, row.Attempt, error, null, now);
            else
                PutBack(connection, row, JobOperations.Requeued, row.Attempt, error, dueAt.Value, now);
        },
        cancellationToken);

    public Task<LeaseState> ReleaseAsync(string leaseId, DateTimeOffset now, CancellationToken cancellationToken) => SettleAsync(
        leaseId, now, (connection, row) => PutBack(connection, row, JobOperations.Released, row.Attempt - 1, null, now, now), cancellationToken);

    public async Task<LeaseState> CancelLeaseAsync(string leaseId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await _database.WriteAsync(
            connection =>
            {
                if (FindHeld(connection, leaseId, now) is not { } row)
                    return LeaseState.Lost;

                End(connection, row, JobStatus.Cancelled, JobOperations.Cancelled, row.Attempt, Cancelled, null, now);
                return LeaseState.Held;
            },
            cancellationToken);
        if (state is LeaseState.Held)
            _signals.OutboxGrew();
        return state;
    }

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        connection => connection.ExecuteScalar<long?>(
            """
            SELECT min(CASE status WHEN 'queued' THEN due_at ELSE lease_expires_at END)
            FROM jobs INDEXED BY jobs_line WHERE status IN ('queued', 'running')
            """).ToTime(),
        cancellationToken);

    public async Task<int> ExpireLeasesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = await _database.WriteAsync(
            connection => connection.Execute(
                "UPDATE jobs SET lease_expires_at = @at WHERE status = 'running' AND lease_expires_at > @at", new { at = now.ToUnix() }),
            cancellationToken);
        _signals.WorkArrived();
        return count;
    }

    private static JobRow? FindHeld(SqliteConnection connection, string leaseId, DateTimeOffset now) => connection.QuerySingleOrDefault<JobRow>(
        $"SELECT {JobRow.Columns} FROM jobs WHERE lease_id = @leaseId AND lease_expires_at > @at", new { leaseId, at = now.ToUnix() });

    private async Task<LeaseState> SettleAsync(
        string leaseId, DateTimeOffset now, Action<SqliteConnection, JobRow> settle, CancellationToken cancellationToken)
    {
        var state = await _database.WriteAsync(
            connection =>
            {
                if (FindHeld(connection, leaseId, now) is not { } row)
                    return LeaseState.Lost;
                if (row.CancelRequested)
                    return LeaseState.CancelRequested;

                settle(connection, row);
                return LeaseState.Held;
            },
            cancellationToken);
        if (state is LeaseState.Held)
        {
            _signals.WorkArrived();
            _signals.OutboxGrew();
        }

        return state;
    }

    private JobLease? Lease(SqliteConnection connection, string leaseId, string workerId, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var id = connection.ExecuteScalar<string?>(
            """
            SELECT id FROM jobs INDEXED BY jobs_line
            WHERE status IN ('queued', 'running') AND CASE status WHEN 'queued' THEN due_at ELSE lease_expires_at END <= @at
            ORDER BY position LIMIT 1
            """,
            new { at = now.ToUnix() });
        if (id is null)
            return null;

        connection.Execute(
            """
            UPDATE jobs SET status = 'running', lease_id = @leaseId, worker_id = @workerId, lease_expires_at = @expires, attempt = attempt + 1,
                started_at = coalesce(started_at, @at), updated_at = @at, progress = 0, stage = NULL, eta_seconds = NULL, fps = NULL, speed = NULL
            WHERE id = @id
            """,
            new { id, leaseId, workerId, expires = expiresAt.ToUnix(), at = now.ToUnix() });
        var job = FindRow(connection, id)!.ToJob();
        Append(connection, id, JobOperations.Started, JobStatus.Running, job.Attempt, workerId, [], now);
        RefreshCounts(connection);
        return new JobLease(leaseId, workerId, expiresAt, job);
    }

    private void PutBack(
        SqliteConnection connection, JobRow row, string operation, int attempt, JobFault? error, DateTimeOffset dueAt, DateTimeOffset now)
    {
        connection.Execute(
            """
            UPDATE jobs SET status = 'queued', lease_id = NULL, worker_id = NULL, lease_expires_at = NULL, attempt = @attempt, due_at = @due,
                progress = 0, stage = NULL, eta_seconds = NULL, fps = NULL, speed = NULL,
                error_code = coalesce(@Code, error_code), error_message = coalesce(@Message, error_message), updated_at = @at
            WHERE id = @Id
            """,
            new { row.Id, attempt, due = dueAt.ToUnix(), error?.Code, error?.Message, at = now.ToUnix() });
        Append(connection, row.Id, operation, JobStatus.Queued, row.Attempt, row.WorkerId, error is null ? [] : Facts(error), now);
        RefreshCounts(connection);
    }

    private void End(
        SqliteConnection connection, JobRow row, JobStatus status, string operation, int attempt, JobFault? error, StoredResult? result, DateTimeOffset now)
    {
        var json = result is null ? null : JsonSerializer.Serialize(result, JobsJson.Default.StoredResult);
        connection.Execute(
            """
            UPDATE jobs SET status = @status, lease_id = NULL, worker_id = NULL, lease_expires_at = NULL, attempt = @attempt,
                cancel_requested = CASE @status WHEN 'cancelled' THEN 1 ELSE cancel_requested END,
                progress = CASE @status WHEN 'completed' THEN 100 ELSE progress END, eta_seconds = NULL, fps = NULL, speed = NULL,
                error_code = @Code, error_message = @Message, result = @json, stored_bytes = input_bytes + @outputs, completed_at = @at, updated_at = @at
            WHERE id = @Id
            """,
            new
            {
                row.Id,
                status = status.Name(),
                attempt,
                error?.Code,
                error?.Message,
                json,
                outputs = result?.TotalBytes ?? 0,
                at = now.ToUnix(),
            });
        var facts = result is null ? (error is null ? new JsonObject() : Facts(error)) : new JsonObject { ["result"] = JsonNode.Parse(json!) };
        Append(connection, row.Id, operation, status, attempt, row.WorkerId, facts, now);
        AppendTerminalEvent(connection, row.Id);
        RefreshCounts(connection);
    }
}
