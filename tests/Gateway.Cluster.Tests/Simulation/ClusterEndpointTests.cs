using Gateway.Server.Cluster;

namespace Gateway.Cluster.Tests.Simulation;

public sealed class ClusterEndpointTests
{
    [Fact]
    public void Json_ofASettledCluster_showsNodesAndWhoOwnsWhat()
    {
        var world = new SimWorld(1);
        var nodes = world.StartJoined("a", "b", "c");

        var json = ClusterEndpoint.ToJson("test", nodes[0].Id, nodes[0].Member.Map);

        Assert.Equal(["a", "b", "c"], json["nodes"]!.AsArray().Select(node => node!["name"]!.GetValue<string>()));
        Assert.Equal(ILeases.ShardCount, json["nodes"]!.AsArray().Sum(node => node!["shards"]!.GetValue<int>()));
        Assert.Equal(Enumerable.Range(0, ILeases.ShardCount), json["shards"]!.AsArray().Select(shard => shard!["shard"]!.GetValue<int>()));
        Assert.All(json["shards"]!.AsArray(), shard =>
        {
            Assert.Equal(nodes[0].Member.Ring.OwnerOf(shard!["shard"]!.GetValue<int>()), shard["owner"]!.GetValue<string>());
            Assert.Equal(shard["owner"]!.GetValue<string>(), shard["intended"]!.GetValue<string>());
            Assert.True(shard["epoch"]!.GetValue<long>() > 0);
            Assert.Equal(2, shard["standIns"]!.AsArray().Count);
        });
    }

    [Fact]
    public void View_ofASettledCluster_showsNodesAndOwners_andNothingForOperators()
    {
        var world = new SimWorld(1);
        var nodes = world.StartJoined("a", "b", "c");

        var json = ClusterView.Of("test", nodes[1].Id, nodes[1].Member.Map);

        Assert.Equal("b", json["self"]!.GetValue<string>());
        Assert.Equal(["a alive", "b alive", "c alive"], json["nodes"]!.AsArray().Select(node => $"{node!["name"]} {node["status"]}"));
        var owners = json["owners"]!.AsArray().Select(owner => "abc"[owner!.GetValue<int>()].ToString()).ToArray();
        Assert.Equal(Enumerable.Range(0, ILeases.ShardCount).Select(nodes[1].Member.Ring.OwnerOf), owners);
        Assert.All(json["nodes"]!.AsArray(), node => Assert.Equal(owners.Count(owner => owner == node!["name"]!.GetValue<string>()), node!["shards"]!.GetValue<int>()));
        Assert.DoesNotContain("incarnation", json.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("epoch", json.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MemberState.Alive, MemberHealth.Heard, "alive")]
    [InlineData(MemberState.Impaired, MemberHealth.Heard, "impaired")]
    [InlineData(MemberState.Draining, MemberHealth.Heard, "draining")]
    [InlineData(MemberState.Alive, MemberHealth.Suspected, "suspected")]
    [InlineData(MemberState.Alive, MemberHealth.Dead, "dead")]
    [InlineData(MemberState.Left, MemberHealth.Dead, "left")]
    public void View_ofANode_saysHowItIsInOneWord(object state, object health, string status)
    {
        var gone = new NodeId("a", 1);
        ShardPlace[] places = [.. Enumerable.Repeat(new ShardPlace(gone, 7, null, null, []), ILeases.ShardCount - 1), new ShardPlace(new NodeId("a", 0), 6, null, null, [])];
        var map = new ShardMap(1, places, [new MemberView(gone, (MemberState)state, (MemberHealth)health, 0, IsInRing: false)]);

        var json = ClusterView.Of("test", gone, map);

        Assert.Equal(status, json["nodes"]![0]!["status"]!.GetValue<string>());
        Assert.Equal(ILeases.ShardCount - 1, json["nodes"]![0]!["shards"]!.GetValue<int>());
        Assert.Equal(-1, json["owners"]![ILeases.ShardCount - 1]!.GetValue<int>()); // A life of the node that is over.
    }
}
