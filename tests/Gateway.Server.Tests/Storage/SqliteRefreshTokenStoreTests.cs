using Gateway.Server.Accounts;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Accounts;

namespace Gateway.Server.Tests.Storage;

public sealed class SqliteRefreshTokenStoreTests : RefreshTokenStoreContract, IDisposable
{
    private readonly TemporaryDatabase _temporary = new();

    private protected override IRefreshTokenStore Store => new SqliteRefreshTokenStore(_temporary.Database);

    private protected override IUserStore Users => new SqliteUserStore(_temporary.Database);

    public void Dispose() => _temporary.Dispose();
}
