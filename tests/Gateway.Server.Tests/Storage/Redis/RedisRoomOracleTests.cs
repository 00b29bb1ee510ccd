using Gateway.Server.Tests.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>The oracle of rooms over a real Redis, whose answers come late and in their turn of the schedule.</summary>
public sealed class RedisRoomOracleTests(SharedRedis redis, ITestOutputHelper output) : RoomOracle(output), IClassFixture<SharedRedis>
{
    public static TheoryData<int> Seeds() => [1, 2, Random.Shared.Next(), Random.Shared.Next()];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Schedule(int seed)
    {
        await using var connection = new TestRedis(redis.Server);
        Run(seed, options => lane => new HeldHistory(connection.History(lane, options)), steps: 1500);
    }
}
