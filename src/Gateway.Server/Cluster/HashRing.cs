using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.Server.Cluster;

/// <summary>
/// Which node each shard belongs to: consistent hashing with virtual nodes and bounded load (Mirrokni, Thorup, Zadimoghaddam: "Consistent Hashing with Bounded Loads",
/// 2016). The same set of names gives the same ring on every node, whatever their order. Immutable.
/// </summary>
/// <remarks>
/// A node has <c>virtualNodes</c> points on a circle of 2^64; the shards lie on it at equal distances (they are known, so there is nothing to hash; measured, it moves less than hashed
/// places do). In the order of their numbers each takes the first node clockwise that has less than <c>ceil(loadBound * shards / nodes)</c>. The stand-ins are the first two other nodes clockwise:
/// the owner of tomorrow, should today's die, is one of them.
/// </remarks>
internal sealed class HashRing
{
    public const int StandInCount = 2;

    private readonly string[] _nodes;
    private readonly int[] _owners = new int[ILeases.ShardCount];
    private readonly int[] _standIns;

    public HashRing(IEnumerable<string> nodes, int virtualNodes, double loadBound)
    {
        _nodes = [.. nodes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _standIns = new int[ILeases.ShardCount * StandInCount];
        Array.Fill(_owners, -1);
        Array.Fill(_standIns, -1);
        MaxShardsPerNode = _nodes.Length == 0 ? 0 : (int)Math.Ceiling(loadBound * ILeases.ShardCount / _nodes.Length);
        Fingerprint = _nodes.Aggregate(Hash($"{virtualNodes}/{loadBound.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}", 0), static (hash, node) => Mix(hash * 31 + Hash(node, 0)));
        if (_nodes.Length > 0)
            Place(virtualNodes);
    }

    /// <summary>Of no node.</summary>
    public static HashRing Empty { get; } = new([], 1, 1);

    /// <summary>In order.</summary>
    public ReadOnlySpan<string> Nodes => _nodes;

    /// <summary>The bound.</summary>
    public int MaxShardsPerNode { get; }

    /// <summary>Rings that give every shard to the same node have the same one; nodes compare it to know that they see the same cluster.</summary>
    public ulong Fingerprint { get; }

    /// <summary>Null when there is no node.</summary>
    public string? OwnerOf(int shard) => NameOf(_owners[shard]);

    /// <summary>The next nodes after the owner, nearest first; fewer than two when there are not as many nodes.</summary>
    public string[] StandInsOf(int shard) =>
        [.. Enumerable.Range(shard * StandInCount, StandInCount).Select(i => NameOf(_standIns[i])).OfType<string>()];

    private string? NameOf(int node) => node < 0 ? null : _nodes[node];

    private void Place(int virtualNodes)
    {
        var points = new (ulong At, int Node)[_nodes.Length * virtualNodes];
        for (var node = 0; node < _nodes.Length; node++)
        {
            for (var i = 0; i < virtualNodes; i++)
                points[(node * virtualNodes) + i] = (Hash(_nodes[node], i + 1), node);
        }

        // Ties, which 64 bits make all but impossible, go to the first name.
        Array.Sort(points);
        var loads = new int[_nodes.Length];
        var order = new List<int>(_nodes.Length);
        for (var shard = 0; shard < ILeases.ShardCount; shard++)
        {
            var start = FirstAt(points, (ulong)shard << 56);
            var owner = Choose(points, start, loads, order);
            loads[owner]++;
            _owners[shard] = owner;
            var next = 0;
            foreach (var node in order)
            {
                if (node != owner && next < StandInCount)
                    _standIns[(shard * StandInCount) + next++] = node;
            }
        }
    }

    /// <summary>The first node clockwise that has room; <paramref name="order"/> becomes the nodes met, far enough for the stand-ins.</summary>
    private int Choose((ulong At, int Node)[] points, int start, int[] loads, List<int> order)
    {
        order.Clear();
        var owner = -1;
        for (var i = 0; i < points.Length && (owner < 0 || order.Count < Math.Min(StandInCount + 1, _nodes.Length)); i++)
        {
            var node = points[(start + i) % points.Length].Node;
            if (order.Contains(node))
                continue;
            order.Add(node);
            if (owner < 0 && loads[node] < MaxShardsPerNode)
                owner = node;
        }

        return owner;
    }

    private static int FirstAt((ulong At, int Node)[] points, ulong place)
    {
        var index = Array.BinarySearch(points, (place, -1));
        return index < 0 ? ~index % points.Length : index;
    }

    /// <summary>FNV-1a over the UTF-8 bytes and the number, finished as in MurmurHash3. Never to be changed: all nodes of a cluster must agree.</summary>
    private static ulong Hash(string name, int number)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var b in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ b) * 0x100000001b3;
        foreach (var b in MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in number)))
            hash = (hash ^ b) * 0x100000001b3;
        return Mix(hash);
    }

    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
