using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms.Histories;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredHistoryTests(SharedRedisCluster redis) : HistoryContract, IAsyncDisposable
{
    private readonly TestRedis _redis = new(redis.Configuration);

    private protected override Func<Lane, RoomsOptions, IHistory> History => _redis.History;

    public ValueTask DisposeAsync() => _redis.DisposeAsync();
}
