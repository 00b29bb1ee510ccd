namespace Gateway.Demo.Watching;

/// <summary>What <c>GET /cluster</c> answers.</summary>
/// <param name="Enabled">False of a node that is alone.</param>
/// <param name="Self">The node that answers.</param>
/// <param name="Nodes">All that it knows.</param>
/// <param name="Owners">By shard, the owner's place among the nodes; -1 without one.</param>
internal sealed record ClusterState(bool Enabled, string Self, IReadOnlyList<ClusterNode> Nodes, IReadOnlyList<int> Owners)
{
    /// <summary>Before anything is known.</summary>
    public static ClusterState Unknown { get; } = new(Enabled: true, "", [], []);

    /// <summary>The owner's name; null without one.</summary>
    public string? OwnerOf(int shard) => shard < Owners.Count && Owners[shard] >= 0 ? Nodes[Owners[shard]].Name : null;

    public ClusterNode? Find(string name) => Nodes.FirstOrDefault(node => node.Name == name);
}
