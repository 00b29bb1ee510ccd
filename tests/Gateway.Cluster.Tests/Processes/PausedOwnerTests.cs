using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Server.Cluster;
using Gateway.Server.Storage.Redis;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ServerProcess = Gateway.Server.Tests.Operations.ServerProcess;

namespace Gateway.Cluster.Tests.Processes;

/// <summary>Three real nodes with a real nats-server and redis-server; one of them is frozen for longer than its leases last.</summary>
public sealed partial class PausedOwnerTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Owner_stoppedLongerThanItsLeases_stepsDownAndItsEpochsAreStale()
    {
        await using var nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), Stop);
        await using var redis = await RedisServerProcess.StartAsync([], Stop);
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<RedisMetrics>().BuildServiceProvider();
        await using var connection = new RedisConnection(
            new RedisOptions { Configuration = redis.Configuration }, TimeProvider.System, services.GetRequiredService<RedisMetrics>(), NullLogger<RedisConnection>.Instance);
        var leases = new RedisLeases(connection);
        var (a, aUrl) = await StartAsync("a", nats, redis);
        await using var ownsA = a;
        var (b, _) = await StartAsync("b", nats, redis);
        await using var ownsB = b;
        var (c, _) = await StartAsync("c", nats, redis);
        await using var ownsC = c;
        await HeldByAsync(leases, "a", "b", "c");
        var before = (await ReadAsync(leases)).Where(entry => entry.Holder.Name == "a").ToArray();
        output.WriteLine($"a owns {before.Length} shards");

        a.Signal("STOP");
        await HeldByAsync(leases, "b", "c");
        var taken = await ReadAsync(leases);
        Assert.All(before, lease => Assert.True(taken.Single(entry => entry.Shard == lease.Shard).Epoch > lease.Epoch));

        a.Signal("CONT");
        using var http = new HttpClient { BaseAddress = aUrl };
        var metrics = "";
        await Until.TrueAsync(
            async () =>
            {
                metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
                return Sum(metrics, "ran_out") + Sum(metrics, "taken") >= before.Length;
            },
            () => metrics);
        var renewed = await leases.RenewAsync(before[0].Holder.ToString(), [.. before.Select(lease => new ShardEpoch(lease.Shard, lease.Epoch))], TimeSpan.FromSeconds(4), Stop);
        Assert.All(renewed, status => Assert.Equal(LeaseStatus.Lost, status));

        // It comes back as the same node, under new epochs.
        await HeldByAsync(leases, "a", "b", "c");
        Assert.All((await ReadAsync(leases)).Where(entry => entry.Holder.Name == "a"), entry => Assert.True(entry.Epoch > taken[entry.Shard].Epoch));
        output.WriteLine($"after the pause: {Sum(metrics, "ran_out")} ran out, {Sum(metrics, "taken")} were taken");
    }

    private static async Task<(ServerProcess Process, Uri Url)> StartAsync(string name, NatsServerProcess nats, RedisServerProcess redis) =>
        await ServerProcess.ServeAsync(
            [$"--Gateway:Name={name}", $"--Gateway:Nats:Url={nats.Url}", $"--Gateway:Redis:Configuration={redis.Configuration}"]);

    /// <summary>Until every shard is held, by each of these nodes some and by nobody else.</summary>
    private static async Task HeldByAsync(RedisLeases leases, params string[] names)
    {
        var holders = "";
        await Until.TrueAsync(
            async () =>
            {
                var held = await ReadAsync(leases);
                var counts = held.CountBy(entry => entry.Holder.Name).ToDictionary();
                holders = string.Join(", ", counts);
                return held.Length == ILeases.ShardCount && names.Order().SequenceEqual(counts.Keys.Order());
            },
            () => holders);
    }

    private static async Task<(int Shard, NodeId Holder, long Epoch)[]> ReadAsync(RedisLeases leases)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, ILeases.ShardCount).Select(shard => leases.ReadAsync(shard, Stop).AsTask()));
        return [.. answers.Index().Where(answer => answer.Item.Status == LeaseStatus.Held).Select(answer =>
        {
            Assert.True(NodeId.TryParse(answer.Item.Holder!, out var holder));
            return (answer.Index, holder, answer.Item.Epoch);
        })];
    }

    private static int Sum(string metrics, string change) =>
        OwnerChanges().Matches(metrics).Where(match => match.Groups["change"].Value == change).Sum(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("""^gateway_cluster_owner_changes\w*\{[^}]*change="(?<change>\w+)"[^}]*\} (?<count>\d+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OwnerChanges();
}
