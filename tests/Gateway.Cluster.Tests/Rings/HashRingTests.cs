using Gateway.Server.Cluster;

namespace Gateway.Cluster.Tests.Rings;

public sealed class HashRingTests(ITestOutputHelper output)
{
    private const int Points = 128;
    private const double Bound = 1.25;

    [Fact]
    public void Ring_anyNodesInAnyOrder_isTheSameAndWithinTheBound()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 100; i++)
        {
            var names = Enumerable.Range(0, random.Next(1, 25)).Select(_ => $"node-{random.Next()}").ToArray();
            string[] shuffled = [.. names, names[0]];
            random.Shuffle(shuffled);
            var bound = random.GetItems([1.0, 1.1, Bound, 2.0], 1)[0];
            CheckProperties(names, shuffled, bound);
        }
    }

    [Fact]
    public void Ring_withoutNodes_givesNothing()
    {
        Assert.Null(HashRing.Empty.OwnerOf(0));
        Assert.Empty(HashRing.Empty.StandInsOf(255));
        Assert.Equal(0, HashRing.Empty.MaxShardsPerNode);
    }

    [Fact]
    public void Fingerprint_otherNodesOrSettings_differs()
    {
        ulong[] all =
        [
            new HashRing(["a", "b"], Points, Bound).Fingerprint, new HashRing(["a"], Points, Bound).Fingerprint, new HashRing(["b"], Points, Bound).Fingerprint,
            new HashRing(["a", "b", "c"], Points, Bound).Fingerprint, new HashRing(["ab"], Points, Bound).Fingerprint, new HashRing(["a", "b"], 64, Bound).Fingerprint,
            new HashRing(["a", "b"], Points, 1.5).Fingerprint, HashRing.Empty.Fingerprint,
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
    }

    /// <summary>All nodes of a cluster must compute the same ring, also while versions are mixed: when this fails, the change breaks rolling updates, and must not be made.</summary>
    [Fact]
    public void Ring_ofThreeNodes_isFrozen()
    {
        var ring = new HashRing(["gateway-1", "gateway-2", "gateway-3"], Points, Bound);

        Assert.Equal(FrozenOwners, string.Concat(Shards.Select(shard => ring.OwnerOf(shard)![^1])));
        Assert.Equal(FrozenFingerprint, ring.Fingerprint);
    }

    [Fact]
    public void Ring_addingTheNthNode_movesAboutAnNthOfTheShards()
    {
        var (sum, worst, hits, taken, count) = (0.0, 0.0, 0, 0, 0);
        for (var cluster = 0; cluster < 20; cluster++)
        {
            var names = Enumerable.Range(0, 20).Select(i => $"gateway-{cluster}-{i}").ToArray();
            for (var n = 2; n <= 20; n++)
            {
                var before = new HashRing(names[..(n - 1)], Points, Bound);
                var after = new HashRing(names[..n], Points, Bound);
                var moved = Shards.Count(shard => before.OwnerOf(shard) != after.OwnerOf(shard));
                var share = moved * n / (double)ILeases.ShardCount;
                (sum, worst, count) = (sum + share, Math.Max(worst, share), count + 1);

                // The same step backwards is the node's death: who takes its shards over?
                foreach (var shard in Shards.Where(shard => after.OwnerOf(shard) == names[n - 1]))
                {
                    taken++;
                    hits += after.StandInsOf(shard).Contains(before.OwnerOf(shard)) ? 1 : 0;
                }
            }
        }

        output.WriteLine($"20 clusters, n = 2..20: adding (or removing) the n-th node moves {sum / count:F3}/n of the shards on average, {worst:F2}/n at most; a stand-in takes over in {100.0 * hits / taken:F1} % of the cases.");
        Assert.InRange(sum / count, 0.9, 1.1);
        Assert.InRange(worst, 0, 2);
        Assert.True(hits >= 0.99 * taken);
    }

    private static IEnumerable<int> Shards => Enumerable.Range(0, ILeases.ShardCount);

    private static void CheckProperties(string[] names, string[] shuffled, double bound)
    {
        var ring = new HashRing(names, Points, bound);
        var other = new HashRing(shuffled, Points, bound);
        var nodes = names.Distinct(StringComparer.Ordinal).Count();
        Assert.Equal(ring.Fingerprint, other.Fingerprint);
        Assert.All(Shards.CountBy(shard => ring.OwnerOf(shard)!), load => Assert.InRange(load.Value, 1, (int)Math.Ceiling(bound * ILeases.ShardCount / nodes)));
        foreach (var shard in Shards)
        {
            string[] three = [ring.OwnerOf(shard)!, .. ring.StandInsOf(shard)];
            string[] same = [other.OwnerOf(shard)!, .. other.StandInsOf(shard)];
            Assert.Equal(three, same);
            Assert.Equal(Math.Min(3, nodes), three.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(Math.Min(3, nodes), three.Length);
        }
    }

    private const string FrozenOwners =
        "1322112231122133212231333322223233333312332212212233222212333231"
        + "3332223311132231231113211312213222322212333322231313121111123223"
        + "3311232331313212331122321111121323232212211221233333222133223311"
        + "2232121221221322122233323332222223331112231331113122312212333321";

    private const ulong FrozenFingerprint = 12682835399871568529;
}
