using Gateway.Demo.Watching;

namespace Gateway.Client.Tests.Demo;

public class ClusterChangesTests
{
    private static readonly ClusterState Two = new(Enabled: true, "a", [new("a", "alive", 2), new("b", "alive", 2)], [0, 0, 1, 1]);

    [Fact]
    public void Between_nothingAndACluster_saysWhoIsThereAndWhoOwnsWhat() =>
        Assert.Equal(["a takes part", "b takes part", "shards moved: nobody -> a 2, nobody -> b 2; now a 2, b 2"], ClusterChanges.Between(ClusterState.Unknown, Two));

    [Fact]
    public void Between_twoThatAreTheSame_isNothing() => Assert.Empty(ClusterChanges.Between(Two, Two with { Self = "b" }));

    [Fact]
    public void Between_aDeath_saysWhoTookTheShards()
    {
        var after = new ClusterState(Enabled: true, "a", [new("a", "alive", 3), new("b", "dead", 0)], [0, 0, 0, -1]);

        Assert.Equal(["b is taken for dead", "shards moved: b -> a 1, b -> nobody 1; now a 3, nobody 1"], ClusterChanges.Between(Two, after));
    }

    /// <summary>Places among the nodes shift when one comes in between; the owners stay.</summary>
    [Fact]
    public void Between_aNewNode_comparesNamesNotPlaces()
    {
        var after = new ClusterState(Enabled: true, "a", [new("a", "alive", 2), new("aa", "joining", 0), new("b", "alive", 2)], [0, 0, 2, 2]);

        Assert.Equal(["aa is joining"], ClusterChanges.Between(Two, after));
    }

    [Fact]
    public void Between_aNodeThatIsGoneFromTheList_saysSo() =>
        Assert.Equal(["b is forgotten", "shards moved: b -> a 2; now a 4"], ClusterChanges.Between(Two, new ClusterState(Enabled: true, "a", [new("a", "alive", 4)], [0, 0, 0, 0])));
}
