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
}
