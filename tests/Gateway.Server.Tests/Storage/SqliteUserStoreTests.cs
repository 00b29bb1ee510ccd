using Gateway.Server.Accounts;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Accounts;

namespace Gateway.Server.Tests.Storage;

public sealed class SqliteUserStoreTests : UserStoreContract, IDisposable
{
    private readonly TemporaryDatabase _temporary = new();

    private protected override IUserStore Store => new SqliteUserStore(_temporary.Database);

    public void Dispose() => _temporary.Dispose();
}
