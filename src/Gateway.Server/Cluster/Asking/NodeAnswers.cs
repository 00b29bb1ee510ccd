namespace Gateway.Server.Cluster.Asking;

/// <summary>What other nodes have answered.</summary>
/// <param name="All">One MessagePack value of each.</param>
/// <param name="IsComplete">Every node that lives has answered.</param>
internal sealed record NodeAnswers(IReadOnlyList<(NodeId Node, byte[] Answer)> All, bool IsComplete)
{
    /// <summary>Of a node that is alone.</summary>
    public static NodeAnswers None { get; } = new([], true);

    /// <summary>Of one that cannot reach the others.</summary>
    public static NodeAnswers Unreachable { get; } = new([], false);
}
