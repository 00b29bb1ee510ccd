namespace Gateway.Server.Cluster.Asking;

/// <summary>Whose answers a question waits for. Immutable.</summary>
/// <param name="Nodes">Those that live, without this one; a suspect lives until it is dead.</param>
/// <param name="IsKnown">This node has listened for long enough to know of all others.</param>
internal sealed record OtherNodes(NodeId[] Nodes, bool IsKnown)
{
    public static OtherNodes Unknown { get; } = new([], false);

    public static OtherNodes Of(IReadOnlyList<MemberView> members, NodeId self) => new(
        [.. members.Where(member => member.Id != self && member.Health != MemberHealth.Dead && member.State != MemberState.Left).Select(static member => member.Id)],
        members.Any(member => member.Id == self && member.State != MemberState.Joining));
}
