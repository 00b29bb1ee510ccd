using Gateway.Server.Jobs;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Jobs;

namespace Gateway.Server.Tests.Storage;

public sealed class SqliteUploadStoreTests : UploadStoreContract, IDisposable
{
    private readonly TemporaryDatabase _temporary = new();

    private protected override IUploadStore Store => new SqliteUploadStore(_temporary.Database);

    private protected override IJobStore Jobs => new SqliteJobStore(_temporary.Database, new JobSignals());

    private protected override IGarbageStore Garbage => new SqliteGarbageStore(_temporary.Database);

    public void Dispose() => _temporary.Dispose();
}
