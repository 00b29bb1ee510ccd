using System.Collections.Concurrent;
using System.Net;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Redis;
using Gateway.Server.Tests.Rooms.Histories;
using Gateway.Testing;
using StackExchange.Redis;

namespace Gateway.Server.Tests.Storage.Redis.Clustered;

/// <summary>
/// Masters of a Redis Cluster die, freeze and come back while rooms on all of them are published to: a replica takes over, publishes go on or are answered 'unavailable',
/// and what replication had not carried over is said by a new epoch.
/// </summary>
public sealed class ClusteredFaultTests(FaultyRedisCluster redis, ITestOutputHelper output) : IClassFixture<FaultyRedisCluster>, IAsyncLifetime
{
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N");
    private string[] _rooms = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private RedisCluster Cluster => redis.Cluster;

    // One on each master.
    public async ValueTask InitializeAsync()
    {
        await Cluster.WholeAsync(Stop);
        var rooms = new Dictionary<RedisServerProcess, string>();
        for (var i = 0; rooms.Count < Cluster.Masters.Count; i++)
            rooms[(await Cluster.OfAsync(TagOf($"chat:{i}"), Stop)).Master] = $"chat:{i}";
        _rooms = [.. rooms.Values];
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Master_killed_and_then_its_successor_publishes_go_on()
    {
        await using var connection = Connect();
        using var load = new FaultLoad(connection, _rooms);
        await load.StartAsync();
        await AllAckedAsync(load);

        // The second time what was a master and came back as a replica is to be a master again.
        for (var i = 0; i < 2; i++)
        {
            var (master, replica) = await Cluster.OfAsync(TagOf(_rooms[0]), Stop);
            await master.KillAsync();
            await RedisCluster.PromotedAsync(replica!, Stop);
            await AllAckedAsync(load);
            await Cluster.WholeAsync(Stop);
        }

        await AllAckedAsync(load);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
    }

    [Fact]
    public async Task Master_frozen_until_another_has_taken_over_publishes_go_on()
    {
        await using var connection = Connect(static options => options.OperationTimeout = TimeSpan.FromMilliseconds(500));
        using var load = new FaultLoad(connection, _rooms);
        await load.StartAsync();
        await AllAckedAsync(load);
        var (master, replica) = await Cluster.OfAsync(TagOf(_rooms[0]), Stop);
        await master.PauseAsync();
        await RedisCluster.PromotedAsync(replica!, Stop);
        await AllAckedAsync(load);
        await master.ResumeAsync();
        await Cluster.WholeAsync(Stop);
        await AllAckedAsync(load);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
    }

    [Fact]
    public async Task Master_whose_replica_is_gone_killed_its_rooms_are_unavailable_and_others_go_on()
    {
        await using var connection = Connect(static options => options.AppendTimeout = TimeSpan.FromMilliseconds(400));
        using var load = new FaultLoad(connection, _rooms);
        await load.StartAsync();
        await AllAckedAsync(load);
        var (master, replica) = await Cluster.OfAsync(TagOf(_rooms[1]), Stop);
        await replica!.KillAsync();
        await master.KillAsync();
        await load.UnavailableAsync(3);
        var other = (await Cluster.OfAsync(TagOf(_rooms[0]), Stop)).Master;
        await UntilAsync(async () => (await other.AskAsync(Stop, "cluster", "nodes")).Contains("master,fail ", StringComparison.Ordinal));
        load.ForgetAcked();
        await load.AckedAsync(_rooms[0], 100);
        await load.AckedAsync(_rooms[2], 100);

        // Shards 0 to 7 of this prefix are on all three masters.
        await using var node = new TestRedis(Cluster.Configuration, "gateway");
        var readiness = new RedisReadiness(node.Connection);
        await UntilAsync(async () => await readiness.CheckAsync(Stop) is { IsReady: true } result && result.Sentence.StartsWith("A part of Redis does not answer", StringComparison.Ordinal));

        await master.RestartAsync(Stop);
        await AllAckedAsync(load);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
        load.ExpectOneEpoch();
    }

    [Fact]
    public async Task Newest_not_replicated_are_lost_and_members_are_told()
    {
        await using var connection = Connect();
        using var rig = new HistoryRig(FaultLoad.Kinds(), connection.History);
        var member = await rig.JoinAsync(_rooms[0]);
        await PublishAsync(rig, 1, 7);
        var (master, replica) = await Cluster.OfAsync(TagOf(_rooms[0]), Stop);
        await RedisCluster.CaughtUpAsync(master, Stop);
        await replica!.StopAsync();
        var old = await PublishAsync(rig, 8, 10);
        await master.KillAsync();
        await replica.RestartAsync(Stop);
        await RedisCluster.PromotedAsync(replica, Stop);

        var result = await UntilStoredAsync(rig, "m11");
        await rig.TurnAsync();
        Assert.Equal(8, result.Offset);
        Assert.True(result.Epoch > old.Epoch);
        Assert.Equal((result.Epoch, 7L, false), member.Epochs.Select(static outcome => (outcome.Epoch, outcome.Offset, outcome.Recovered)).Single());
        Assert.Equal(11, member.Received.Count);
    }

    [Fact]
    public async Task Writes_that_need_a_replica_are_unavailable_without_one_and_a_fail_over_loses_nothing()
    {
        await using var connection = Connect(static options => options.AppendTimeout = TimeSpan.FromMilliseconds(400));
        using var rig = new HistoryRig(FaultLoad.Kinds(), connection.History);
        var member = await rig.JoinAsync(_rooms[0]);
        var (master, replica) = await Cluster.OfAsync(TagOf(_rooms[0]), Stop);
        foreach (var server in (RedisServerProcess[])[master, replica!])
            Assert.Equal("OK", await server.AskAsync(Stop, "config", "set", "min-replicas-to-write", "1"));
        await UntilStoredAsync(rig, "m1");
        await PublishAsync(rig, 2, 7);
        await RedisCluster.CaughtUpAsync(master, Stop);
        await replica!.StopAsync();
        Assert.Equal(PublishStatus.Unavailable, (await rig.PublishAsync(_rooms[0], "m8", "m8")).Status);

        // Settings end with the process.
        await master.KillAsync();
        await replica.RestartAsync(Stop);
        await RedisCluster.PromotedAsync(replica, Stop);
        Assert.Equal(8, (await UntilStoredAsync(rig, "m8")).Offset);
        await rig.TurnAsync();
        Assert.Empty(member.Epochs);
        Assert.Equal(8, member.Received.Count);
    }

    [Fact]
    public async Task Slots_that_move_in_operation_lose_and_double_nothing()
    {
        // A busy machine stalls servers for moments: that is another test's fail-over.
        foreach (var server in Cluster.Masters.Concat(Cluster.Replicas))
            Assert.Equal("OK", await server.AskAsync(Stop, "config", "set", "cluster-node-timeout", "15000"));
        await using var connection = Connect(static options => options.AppendTimeout = TimeSpan.FromMilliseconds(400));
        using var load = new FaultLoad(connection, _rooms);
        await load.StartAsync();
        await AllAckedAsync(load);
        var tag = TagOf(_rooms[0]);
        var (from, to) = ((await Cluster.OfAsync(tag, Stop)).Master, (await Cluster.OfAsync(TagOf(_rooms[1]), Stop)).Master);
        await RedisCluster.MoveSlotAsync(tag, from, to, () => load.UnavailableAsync(3), Stop);
        await AllAckedAsync(load);

        // To where it was, and as fast as it goes: the publishers need not notice.
        await RedisCluster.MoveSlotAsync(tag, to, from, static () => Task.CompletedTask, Stop);
        await AllAckedAsync(load);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
        load.ExpectOneEpoch();
        foreach (var server in Cluster.Masters.Concat(Cluster.Replicas))
            Assert.Equal("OK", await server.AskAsync(Stop, "config", "set", "cluster-node-timeout", "1500"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revocation_is_heard_while_the_server_that_a_node_listens_to_is_gone(bool isFrozen)
    {
        await using var connection = Connect();
        await using var other = Connect();
        using var revocations = RedisRevocationsContract.Create(connection);
        using var others = RedisRevocationsContract.Create(other);
        await revocations.StartAsync(Stop);
        var told = new ConcurrentQueue<Revocation>();
        revocations.Revoked += told.Enqueue;
        var endPoint = (IPEndPoint)(await connection.Connection.GetSubscriberAsync()).SubscribedEndpoint(connection.Connection.Keys.RevocationChannel);
        var server = Cluster.Masters.Concat(Cluster.Replicas).Single(each => each.Port == endPoint.Port);
        await (isFrozen ? server.PauseAsync() : server.KillAsync());
        await UntilAsync(async () => await others.RevokeAsync(Revocation.OfToken("late"), Stop) == RevocationStatus.Ok);
        await UntilAsync(() => Task.FromResult(told.Contains(Revocation.OfToken("late"))));
        await revocations.StopAsync(Stop);
        if (isFrozen)
            await server.ResumeAsync();
    }

    [Fact]
    public async Task Node_that_connects_while_a_server_begins_to_hang_is_served_by_the_others()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_REDIS_ROUNDS"), out var asked) ? asked : 2;
        for (var i = 0; i < rounds; i++)
        {
            // Two begin at once: when the one is connected, the other one is about to be.
            await using var first = Connect();
            await using var connection = Connect();
            var servers = Cluster.Masters.Concat(Cluster.Replicas).ToArray();
            var hanging = servers[random.Next(servers.Length)];
            await first.Connection.GetSubscriberAsync();
            await hanging.PauseAsync();
            try
            {
                var key = (RedisKey)$"{TagOf(_rooms[i % _rooms.Length])}:any";
                await UntilAsync(async () => (await connection.Connection.ExecuteAsync("get", "GET", key)).IsAnswered);
            }
            finally
            {
                await hanging.ResumeAsync();
            }

            await Cluster.WholeAsync(Stop);
        }
    }

    private TestRedis Connect(Action<RedisOptions>? configure = null) => new(Cluster.Configuration, _prefix, configure);

    private string TagOf(string room) => $"{{{_prefix}:{RoomSet.ShardOf(room)}}}";

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        // Far beyond what anything takes.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isSo())
            await time.WaitForNextTickAsync(limit.Token);
    }

    // Some in each room from now on.
    private async Task AllAckedAsync(FaultLoad load)
    {
        load.ForgetAcked();
        foreach (var room in _rooms)
            await load.AckedAsync(room, 100);
    }

    private async Task<PublishResult> PublishAsync(HistoryRig rig, int first, int last)
    {
        PublishResult result = default;
        for (var i = first; i <= last; i++)
        {
            result = await rig.PublishAsync(_rooms[0], $"m{i}");
            Assert.Equal((PublishStatus.Accepted, i), (result.Status, result.Offset));
        }

        return result;
    }

    private async Task<PublishResult> UntilStoredAsync(HistoryRig rig, string text)
    {
        while (true)
        {
            var result = await rig.PublishAsync(_rooms[0], text, text);
            if (result.IsAccepted)
                return result;
            Stop.ThrowIfCancellationRequested();
            Assert.Equal(PublishStatus.Unavailable, result.Status);
        }
    }
}
