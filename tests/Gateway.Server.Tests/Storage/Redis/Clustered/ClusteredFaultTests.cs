using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms.Histories;
using Gateway.Testing;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

/// <summary>
/// Masters of a Redis Cluster die, freeze and come back while rooms on all of them are published to: a replica takes over, publishes go on or are answered 'unavailable',
/// and what replication had not carried over is said by a new epoch.
/// </summary>
public sealed class ClusteredFaultTests(ITestOutputHelper output)
{
    private const string Prefix = "t";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Master_killed_and_then_its_successor_publishes_go_on()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: true, [], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix);
        var rooms = Rooms(cluster);
        using var load = new FaultLoad(redis, rooms);
        await load.StartAsync();
        await load.AckedAsync(rooms[0], 100);
        await FailOverAsync(cluster, load, rooms, cluster.Masters[0], cluster.Replicas[0]);

        // The other way round: what was a master comes back as a replica, and is to be a master again.
        await cluster.Masters[0].RestartAsync(Stop);
        await cluster.WholeAsync(Stop);
        await FailOverAsync(cluster, load, rooms, cluster.Replicas[0], cluster.Masters[0]);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
    }

    [Fact]
    public async Task Master_frozen_until_another_has_taken_over_publishes_go_on()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: true, [], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix, static options => options.OperationTimeout = TimeSpan.FromMilliseconds(500));
        var rooms = Rooms(cluster);
        using var load = new FaultLoad(redis, rooms);
        await load.StartAsync();
        await load.AckedAsync(rooms[0], 100);
        await cluster.Masters[0].PauseAsync();
        await RedisCluster.PromotedAsync(cluster.Replicas[0], Stop);
        await AllAckedAsync(load, rooms);
        await cluster.Masters[0].ResumeAsync();
        await cluster.WholeAsync(Stop);
        await AllAckedAsync(load, rooms);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
    }

    [Fact]
    public async Task Master_without_a_replica_killed_is_unavailable_until_it_is_back()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: false, ["--appendonly", "yes", "--appendfsync", "always"], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix, static options => options.AppendTimeout = TimeSpan.FromMilliseconds(400));
        var rooms = Rooms(cluster);
        using var load = new FaultLoad(redis, rooms);
        await load.StartAsync();
        await AllAckedAsync(load, rooms);
        await cluster.Masters[1].KillAsync();
        await load.UnavailableAsync(3);
        await cluster.Masters[1].RestartAsync(Stop);
        await cluster.WholeAsync(Stop);
        await AllAckedAsync(load, rooms);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
        load.ExpectOneEpoch();
    }

    [Fact]
    public async Task Newest_not_replicated_are_lost_and_members_are_told()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: true, ["--appendonly", "yes", "--appendfsync", "always"], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix);
        using var rig = new HistoryRig(FaultLoad.Kinds(), redis.History);
        var room = Rooms(cluster)[0];
        var member = await rig.JoinAsync(room);
        await PublishAsync(rig, room, 1, 7);
        await RedisCluster.CaughtUpAsync(cluster.Masters[0], Stop);
        await cluster.Replicas[0].StopAsync();
        var old = await PublishAsync(rig, room, 8, 10);
        await cluster.Masters[0].KillAsync();
        await cluster.Replicas[0].RestartAsync(Stop);
        await RedisCluster.PromotedAsync(cluster.Replicas[0], Stop);

        var result = await UntilStoredAsync(rig, room, "m11");
        await rig.TurnAsync();
        Assert.Equal(8, result.Offset);
        Assert.True(result.Epoch > old.Epoch);
        Assert.Equal((result.Epoch, 7L, false), member.Epochs.Select(static outcome => (outcome.Epoch, outcome.Offset, outcome.Recovered)).Single());
        Assert.Equal(11, member.Received.Count);
    }

    [Fact]
    public async Task Writes_that_need_a_replica_are_unavailable_without_one_and_a_fail_over_loses_nothing()
    {
        await using var cluster = await RedisCluster.StartAsync(
            replicas: true, ["--appendonly", "yes", "--appendfsync", "always", "--min-replicas-to-write", "1", "--min-replicas-max-lag", "10"], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix, static options => options.AppendTimeout = TimeSpan.FromMilliseconds(400));
        using var rig = new HistoryRig(FaultLoad.Kinds(), redis.History);
        var room = Rooms(cluster)[0];
        var member = await rig.JoinAsync(room);
        await UntilStoredAsync(rig, room, "m1");
        await PublishAsync(rig, room, 2, 7);
        await RedisCluster.CaughtUpAsync(cluster.Masters[0], Stop);
        await cluster.Replicas[0].StopAsync();
        Assert.Equal(PublishStatus.Unavailable, (await rig.PublishAsync(room, "m8", "m8")).Status);

        await cluster.Masters[0].KillAsync();
        await cluster.Replicas[0].RestartAsync(Stop);
        await RedisCluster.PromotedAsync(cluster.Replicas[0], Stop);
        Assert.Equal(PublishStatus.Unavailable, (await rig.PublishAsync(room, "m8", "m8")).Status);
        await cluster.Masters[0].RestartAsync(Stop);
        Assert.Equal(8, (await UntilStoredAsync(rig, room, "m8")).Offset);
        await rig.TurnAsync();
        Assert.Empty(member.Epochs);
        Assert.Equal(8, member.Received.Count);
    }

    [Fact]
    public async Task Slots_that_move_in_operation_lose_and_double_nothing()
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: false, [], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix, static options => options.AppendTimeout = TimeSpan.FromMilliseconds(400));
        var rooms = Rooms(cluster);
        using var load = new FaultLoad(redis, rooms);
        await load.StartAsync();
        await AllAckedAsync(load, rooms);
        var tag = TagOf(rooms[0]);
        await cluster.MoveSlotAsync(tag, cluster.Masters[0], cluster.Masters[1], () => load.UnavailableAsync(3), Stop);
        await AllAckedAsync(load, rooms);

        // To where it was, and as fast as it goes: the publishers need not notice.
        await cluster.MoveSlotAsync(tag, cluster.Masters[1], cluster.Masters[0], static () => Task.CompletedTask, Stop);
        await AllAckedAsync(load, rooms);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
        load.ExpectOneEpoch();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revocation_is_heard_while_the_server_that_a_node_listens_to_is_gone(bool isFrozen)
    {
        await using var cluster = await RedisCluster.StartAsync(replicas: true, [], Stop);
        await using var redis = new TestRedis(cluster.Configuration, Prefix);
        await using var other = new TestRedis(cluster.Configuration, Prefix);
        using var revocations = RedisRevocationsContract.Create(redis);
        using var others = RedisRevocationsContract.Create(other);
        await revocations.StartAsync(Stop);
        var told = new System.Collections.Concurrent.ConcurrentQueue<Revocation>();
        revocations.Revoked += told.Enqueue;
        var heardFrom = ((System.Net.IPEndPoint)(await redis.Connection.GetSubscriberAsync()).SubscribedEndpoint(redis.Connection.Keys.RevocationChannel)).Port;
        var server = cluster.Masters.Concat(cluster.Replicas).Single(each => each.Port == heardFrom);
        await (isFrozen ? server.PauseAsync() : server.KillAsync());
        await UntilAsync(async () => await others.RevokeAsync(Revocation.OfToken("late"), Stop) == RevocationStatus.Ok);
        await UntilAsync(() => Task.FromResult(told.Contains(Revocation.OfToken("late"))));
        await revocations.StopAsync(Stop);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isSo())
            await time.WaitForNextTickAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop);
    }

    private static string TagOf(string room) => $"{{{Prefix}:{RoomSet.ShardOf(room)}}}";

    // One on each master, in their order.
    private static string[] Rooms(RedisCluster cluster) =>
        [.. cluster.Masters.Select(master => Enumerable.Range(0, 10_000).Select(static i => $"chat:{i}").First(room => cluster.MasterOf(TagOf(room)) == master))];

    private static async Task FailOverAsync(RedisCluster cluster, FaultLoad load, string[] rooms, RedisServerProcess master, RedisServerProcess replica)
    {
        await master.KillAsync();
        await RedisCluster.PromotedAsync(replica, Stop);
        await cluster.WholeAsync(Stop);
        await AllAckedAsync(load, rooms);
    }

    // Some in each room from now on.
    private static async Task AllAckedAsync(FaultLoad load, string[] rooms)
    {
        load.ForgetAcked();
        foreach (var room in rooms)
            await load.AckedAsync(room, 100);
    }

    private static async Task<PublishResult> PublishAsync(HistoryRig rig, string room, int first, int last)
    {
        PublishResult result = default;
        for (var i = first; i <= last; i++)
        {
            result = await rig.PublishAsync(room, $"m{i}");
            Assert.Equal((PublishStatus.Accepted, i), (result.Status, result.Offset));
        }

        return result;
    }

    private static async Task<PublishResult> UntilStoredAsync(HistoryRig rig, string room, string text)
    {
        while (true)
        {
            var result = await rig.PublishAsync(room, text, text);
            if (result.IsAccepted)
                return result;
            Stop.ThrowIfCancellationRequested();
            Assert.Equal(PublishStatus.Unavailable, result.Status);
        }
    }
}
