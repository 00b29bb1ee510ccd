using Gateway.Server.Jobs;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Jobs;

namespace Gateway.Server.Tests.Storage;

public sealed class SqliteJobStoreTests : JobStoreContract, IDisposable
{
    private readonly TemporaryDatabase _temporary = new();
    private SqliteJobStore? _store;

    private protected override IJobStore Store => _store ??= new SqliteJobStore(_temporary.Database, new JobSignals());

    private protected override IOutboxStore Outbox => new SqliteOutboxStore(_temporary.Database);

    private protected override IGarbageStore Garbage => new SqliteGarbageStore(_temporary.Database);

    public void Dispose() => _temporary.Dispose();
}
