using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Storage.Redis;
using Gateway.Server.Tests.Accounts.Tickets;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The contract over any Redis.</summary>
public abstract class RedisTicketStoreContract(string configuration) : TicketStoreContract, IAsyncDisposable
{
    private readonly TestRedis _redis = new(configuration);

    private protected override ITicketStore Store => new RedisTicketStore(_redis.Connection);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    private protected override async ValueTask WaitForEndAsync(string hash)
    {
        var key = _redis.Connection.Keys.Ticket(hash);
        while ((long)(await _redis.Connection.CallAsync("test", database => database.ExecuteAsync("EXISTS", key), TimeSpan.FromSeconds(10))).Result! == 1)
        {
            // Its clock goes by itself.
        }
    }
}
