using Gateway.Cluster.Tests.Processes;
using Gateway.Server.Cluster;
using Gateway.Testing;

namespace Gateway.Cluster.Tests.Nats;

/// <summary>What the simulation shows at length, once over a real nats-server.</summary>
public sealed class NatsClusterTests(ITestOutputHelper output)
{
    // Patient enough for a machine that does much else.
    private static readonly ClusterOptions Options = new()
    {
        BeatInterval = TimeSpan.FromMilliseconds(300),
        JoinTime = TimeSpan.FromMilliseconds(700),
        SuspectAfter = TimeSpan.FromSeconds(2),
        DeadAfter = TimeSpan.FromSeconds(3),
    };

    [Fact]
    public async Task Cluster_joinCutRestartAndLeave_everyShardFindsItsOwner()
    {
        await using var nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), TestContext.Current.CancellationToken);
        var leases = new InMemoryLeases(TimeProvider.System);
        await using var a = await NatsClusterNode.StartAsync(nats.Url, "a", leases, Options);
        await using var b = await NatsClusterNode.StartAsync(nats.Url, "b", leases, Options);
        await SettleAsync(a, b);
        await using var c = await NatsClusterNode.StartAsync(nats.Url, "c", leases, Options);
        await SettleAsync(a, b, c);

        // Nobody hears it: it gives its shards back, and the others take them.
        await a.CutAsync();
        await SettleAsync(b, c);
        Assert.Equal(0, a.Owned);

        await nats.RestartAsync(TestContext.Current.CancellationToken);
        await SettleAsync(b, c);

        await b.Node.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, b.Owned);
        await SettleAsync(c);
        await b.StopAsync();
        await Until.TrueAsync(() => c.Node.Map.Members.Any(member => member.Id == b.Node.Self && member.Health == MemberHealth.Dead), () => Describe(c));
        await c.StopAsync();
        Assert.Equal(LeaseStatus.Free, (await leases.ReadAsync(0, TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task Cluster_secondNodeWithTheSameName_stopsItsApplication()
    {
        await using var nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), TestContext.Current.CancellationToken);
        var leases = new InMemoryLeases(TimeProvider.System);
        await using var first = await NatsClusterNode.StartAsync(nats.Url, "a", leases, Options);
        await SettleAsync(first);
        await using var second = await NatsClusterNode.StartAsync(nats.Url, "a", leases, Options);

        await Until.TrueAsync(() => second.ApplicationStopping.IsCancellationRequested, () => Describe(first, second));

        Assert.Equal(ILeases.ShardCount, first.Owned);
        Assert.Equal(0, second.Owned);
        Environment.ExitCode = 0;
    }

    private async Task SettleAsync(params NatsClusterNode[] nodes)
    {
        await Until.TrueAsync(
            () => nodes.Sum(node => node.Owned) == ILeases.ShardCount && nodes.All(node => node.Node.Map.Members.Count(member => member.IsInRing) == nodes.Length && node.Owned > 0),
            () => Describe(nodes));
        output.WriteLine(Describe(nodes));
    }

    private static string Describe(params NatsClusterNode[] nodes) => string.Join("; ", nodes.Select(node =>
        $"{node.Node.Self.Name} owns {node.Owned}, sees {string.Join(' ', node.Node.Map.Members.Select(member => $"{member.Id.Name}:{member.State}/{member.Health}"))}"));
}
