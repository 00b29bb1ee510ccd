namespace Gateway.Server.Cluster;

/// <summary>This life of this node.</summary>
internal sealed record ClusterSelf(NodeId Id)
{
    /// <param name="name">The node's.</param>
    /// <param name="time">Three digits more than the clock has are random, for two nodes that start at once with one name.</param>
    public static ClusterSelf Begin(string name, TimeProvider time) => new(new NodeId(name, (time.GetUtcNow().ToUnixTimeMilliseconds() * 1000) + Random.Shared.Next(1000)));
}
