using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms.Histories;

namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisHistoryTests(SharedRedis redis) : HistoryContract, IClassFixture<SharedRedis>, IAsyncDisposable
{
    private readonly TestRedis _redis = new(redis.Server);

    private protected override Func<Lane, RoomsOptions, IHistory> History => _redis.History;

    public ValueTask DisposeAsync() => _redis.DisposeAsync();
}
