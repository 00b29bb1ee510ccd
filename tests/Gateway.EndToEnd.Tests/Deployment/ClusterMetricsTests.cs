using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>What a member of a cluster shows of it on /metrics.</summary>
public sealed class ClusterMetricsTests
{
    private const int Shards = 256;

    [Fact]
    public async Task Metrics_of_a_member_tell_of_shards_leases_and_what_waits_for_Redis()
    {
        using var deadline = Deadline.Start(240);
        await using var cluster = await ClusterOfNodes.StartAsync(
            1, deadline.Token, "--Gateway:Redis:AppendTimeout=00:01:00", "--Gateway:Limits:HeartbeatInterval=00:05:00", "--Gateway:Cluster:LeaseDuration=00:00:10");
        var node = cluster.Nodes[0];
        using var http = new HttpClient { BaseAddress = node.Address };

        await Metrics.WaitAsync(http, "gateway_cluster_shards_owned", static value => value == Shards, deadline.Token);
        Assert.Equal(0, await Metrics.ReadAsync(http, "gateway_cluster_shards_orphaned", deadline.Token));
        Assert.Equal(Shards, await Metrics.ReadAsync(http, "gateway_cluster_owner_changes_total{change=\"acquired\"}", deadline.Token));
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_cluster_nodes{health=\"heard\"}", deadline.Token));
        Assert.Equal(9.6, await Metrics.ReadAsync(http, "gateway_cluster_lease_limit_seconds", deadline.Token));
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_nats_connected", deadline.Token));
        Assert.InRange(await Metrics.ReadAsync(http, "gateway_nats_pending_bytes", deadline.Token), 0, await Metrics.ReadAsync(http, "gateway_nats_pending_limit_bytes", deadline.Token));
        Assert.Equal(1, await Metrics.ReadAsync(http, "gateway_redis_connected", deadline.Token));
        await Metrics.WaitAsync(http, "gateway_redis_pending_bytes", static value => value == 0, deadline.Token);

        await using var client = await TestClient.EnterAsync(node, json: true, "ann", deadline.Token);
        await client.JoinAsync("chat:lobby", deadline.Token);
        await cluster.Redis.PauseAsync();
        await client.SendAsync($"""[9,2,"chat:lobby","say","{new string('x', 1000)}"]""", deadline.Token);

        // It waits; the leases, which are renewed every 2.5 s otherwise, grow old meanwhile, and are lost when they are older than allowed.
        await Metrics.WaitAsync(http, "gateway_redis_pending_bytes", static value => value >= 1000, deadline.Token);
        await Metrics.WaitAsync(http, "gateway_redis_pending_calls", static value => value >= 1, deadline.Token);
        await Metrics.WaitAsync(http, "gateway_cluster_lease_age_seconds", static value => value > 4, deadline.Token);
        await Metrics.WaitAsync(http, "gateway_cluster_owner_changes_total{change=\"ran_out\"}", static value => value == Shards, deadline.Token);

        await cluster.Redis.ResumeAsync();
        await Metrics.WaitAsync(http, "gateway_redis_pending_bytes", static value => value == 0, deadline.Token);
        await Metrics.WaitAsync(http, "gateway_cluster_shards_owned", static value => value == Shards, deadline.Token);
    }
}
