using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms.Histories;
using Gateway.Testing;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>
/// Redis restarts, freezes, drops connections and forgets scripts while rooms are published to: no acknowledged message is lost, none is there twice, members see the
/// order of the history without hole or double, or are told of a new epoch.
/// </summary>
public sealed class RedisFaultTests(ITestOutputHelper output)
{
    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_with_persistence_loses_nothing()
    {
        await using var server = await RedisServerProcess.StartAsync(Durable, Stop);
        await using var redis = new TestRedis(server);
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await load.AckedAsync(200);
            await (i == 1 ? server.KillAsync() : server.StopAsync());
            await server.RestartAsync(Stop);
        }

        await load.AckedAsync(200);
        await load.EndAsync();
        output.WriteLine(load.Summary);
        await load.CheckAsync();
        load.ExpectOneEpoch();
    }

    [Fact]
    public async Task Restart_without_persistence_begins_a_new_epoch_and_members_are_told()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        await using var redis = new TestRedis(server);
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        await load.AckedAsync(200);
        await server.KillAsync();
        await server.RestartAsync(Stop);
        await load.AckedAsync(200);
        await load.EndAsync();
        output.WriteLine(load.Summary);
        await load.CheckAsync();
        load.ExpectNewEpoch();
    }

    [Fact]
    public async Task Emptied_in_operation_begins_a_new_epoch_and_members_are_told()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        await using var redis = new TestRedis(server);
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        await load.AckedAsync(200);
        await redis.Connection.CallAsync("test", static database => database.ExecuteAsync("FLUSHALL"), TimeSpan.FromSeconds(10));
        await load.AckedAsync(200);
        await load.EndAsync();
        await load.CheckAsync();
        load.ExpectNewEpoch();
    }

    [Fact]
    public async Task Frozen_for_longer_than_the_time_out_loses_and_doubles_nothing()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        await using var redis = new TestRedis(server, configure: static options =>
        {
            options.AppendTimeout = TimeSpan.FromMilliseconds(400);
            options.OperationTimeout = TimeSpan.FromMilliseconds(300);
        });
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await load.AckedAsync(200);
            await server.PauseAsync();
            await load.UnavailableAsync(3);
            await server.ResumeAsync();
        }

        await load.AckedAsync(200);
        await load.EndAsync();
        output.WriteLine(load.Summary);
        await load.CheckAsync();
        load.ExpectOneEpoch();
    }

    [Fact]
    public async Task Scripts_that_were_forgotten_are_sent_again()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        await using var redis = new TestRedis(server);
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await load.AckedAsync(100);
            await redis.Connection.CallAsync("test", static database => database.ExecuteAsync("SCRIPT", "FLUSH"), TimeSpan.FromSeconds(10));
        }

        await load.AckedAsync(100);
        await load.EndAsync();
        await load.CheckAsync();
        load.ExpectOneEpoch();
        load.ExpectAllAccepted();
    }

    [Fact]
    public async Task Newest_lost_begins_a_new_epoch_that_keeps_the_rest()
    {
        await using var server = await RedisServerProcess.StartAsync([], Stop);
        await using var redis = new TestRedis(server, prefix: "lost");
        var options = FaultLoad.Kinds();
        using var rig = new HistoryRig(options, redis.History);
        var member = await rig.JoinAsync("chat:a");
        for (var i = 1; i <= 10; i++)
            await rig.PublishAsync("chat:a", $"m{i}");
        var before = await rig.ReadAsync("chat:a");
        before!.Release();

        // What a fail-over to a copy that lacks the last three writes looks like.
        var tag = $"{{lost:{RoomSet.ShardOf("chat:a")}}}";
        await redis.Connection.CallAsync("test", database => database.ExecuteAsync("XDEL", tag + ":log:chat:a", "8-0", "9-0", "10-0"), TimeSpan.FromSeconds(10));
        await redis.Connection.CallAsync("test", database => database.ExecuteAsync("XSETID", tag + ":log:chat:a", "7-0"), TimeSpan.FromSeconds(10));
        await redis.Connection.CallAsync("test", database => database.ExecuteAsync("HSET", tag + ":meta:chat:a", "h", "7"), TimeSpan.FromSeconds(10));

        var result = await rig.PublishAsync("chat:a", "m11");
        await rig.TurnAsync();
        Assert.Equal((PublishStatus.Accepted, 8L), (result.Status, result.Offset));
        Assert.True(result.Epoch > before.Epoch);
        Assert.Equal((result.Epoch, 7L, false), member.Epochs.Select(static outcome => (outcome.Epoch, outcome.Offset, outcome.Recovered)).Single());
        Assert.Equal(11, member.Received.Count);
    }

    [Fact]
    public async Task Replica_promoted_by_its_operator_takes_over()
    {
        await using var first = await RedisServerProcess.StartAsync([], Stop);
        await using var second = await RedisServerProcess.StartAsync(["--repl-diskless-sync-delay", "0"], Stop);
        await FollowAsync(second, first);
        await using var redis = new TestRedis($"{first.Configuration},{second.Configuration}");
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        await load.AckedAsync(200);
        await first.KillAsync();
        Assert.Equal("OK", await second.AskAsync(Stop, "replicaof", "no", "one"));
        load.ForgetAcked();
        await load.AckedAsync(200);

        // And back.
        await first.RestartAsync(Stop);
        await FollowAsync(first, second);
        load.ForgetAcked();
        await load.AckedAsync(200);
        await second.KillAsync();
        Assert.Equal("OK", await first.AskAsync(Stop, "replicaof", "no", "one"));
        load.ForgetAcked();
        await load.AckedAsync(200);
        await load.EndAsync();
        await load.CheckAsync();
        output.WriteLine(load.Summary);
    }

    public static TheoryData<int> Seeds() => [1, Random.Shared.Next(), Random.Shared.Next()];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_faults(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await RedisServerProcess.StartAsync(Durable, Stop);
        await using var redis = new TestRedis(server, configure: static options =>
        {
            options.AppendTimeout = TimeSpan.FromMilliseconds(600);
            options.OperationTimeout = TimeSpan.FromMilliseconds(400);
        });
        using var load = new FaultLoad(redis);
        await load.StartAsync();
        for (var i = 0; i < 6; i++)
        {
            await load.AckedAsync(random.Next(20, 300));
            switch (random.Next(4))
            {
                case 0:
                    await server.PauseAsync();
                    await load.UnavailableAsync(random.Next(1, 4));
                    await server.ResumeAsync();
                    break;
                case 1:
                    await (random.Next(2) == 0 ? server.KillAsync() : server.StopAsync());
                    await server.RestartAsync(Stop);
                    break;
                case 2:
                    await redis.Connection.CallAsync("test", static database => database.ExecuteAsync("SCRIPT", "FLUSH"), TimeSpan.FromSeconds(10));
                    break;
                default:
                    // Our own connections too: what was under way on them is in doubt.
                    await redis.Connection.CallAsync("test", static database => database.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"), TimeSpan.FromSeconds(10));
                    break;
            }
        }

        await load.AckedAsync(100);
        await load.EndAsync();
        output.WriteLine(load.Summary);
        await load.CheckAsync();
        load.ExpectOneEpoch();
    }

    private static async Task FollowAsync(RedisServerProcess replica, RedisServerProcess master)
    {
        Assert.Equal("OK", await replica.AskAsync(Stop, "replicaof", "127.0.0.1", master.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await replica.AskAsync(Stop, "info", "replication")).Contains("master_link_status:up", StringComparison.Ordinal))
            await time.WaitForNextTickAsync(Stop);
    }
}
