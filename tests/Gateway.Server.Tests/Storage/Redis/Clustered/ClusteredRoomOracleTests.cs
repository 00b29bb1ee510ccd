using Gateway.Server.Tests.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

/// <summary>The oracle of rooms over a real Redis Cluster, whose answers come late and in their turn of the schedule.</summary>
[Collection(SharedRedisCluster.Name)]
public sealed class ClusteredRoomOracleTests(SharedRedisCluster redis, ITestOutputHelper output) : RoomOracle(output)
{
    public static TheoryData<int> Seeds() => [1, Random.Shared.Next()];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Schedule(int seed)
    {
        await using var connection = new TestRedis(redis.Configuration);
        Run(seed, options => lane => new HeldHistory(connection.History(lane, options)), steps: 1500);
    }
}
