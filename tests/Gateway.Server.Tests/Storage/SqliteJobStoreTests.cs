using Dapper;
using Gateway.Server.Jobs;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Jobs;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Tests.Storage;

public sealed class SqliteJobStoreTests : JobStoreContract, IDisposable
{
    private readonly TemporaryDatabase _temporary = new();
    private SqliteJobStore? _store;

    private protected override IJobStore Store => _store ??= new SqliteJobStore(_temporary.Database, new JobSignals());

    private protected override IOutboxStore Outbox => new SqliteOutboxStore(_temporary.Database);

    private protected override IGarbageStore Garbage => new SqliteGarbageStore(_temporary.Database);

    /// <summary>Jobs that never were must not fill the queue.</summary>
    [Fact]
    public async Task Counts_after_a_commit_that_failed_are_what_is_stored()
    {
        var database = _temporary.Database;
        Assert.Equal(0, Store.Counts.Queued);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        var first = database.WriteAsync(
            _ =>
            {
                started.SetResult();
                return gate.Wait(TimeSpan.FromSeconds(30));
            },
            default);
        await started.Task;
        var created = Store.CreateAsync(Job("a"), 10, default);

        // In the same transaction, for both wait for the first one: an entry of a job that there is not, which SQLite finds at the commit.
        var orphan = database.WriteAsync(
            static connection => connection.Execute(
                """
                PRAGMA defer_foreign_keys = ON;
                INSERT INTO processing_history (job_id, operation, status, attempt, metadata, created_at) VALUES ('none', 'o', 's', 0, '{}', 0)
                """),
            default);
        gate.Set();
        Assert.True(await first);
        await Assert.ThrowsAsync<SqliteException>(() => created);
        await Assert.ThrowsAsync<SqliteException>(() => orphan);

        Assert.Null(await Store.FindAsync("a", default));
        Assert.Equal(0, Store.Counts.Queued);
    }

    public void Dispose() => _temporary.Dispose();
}
