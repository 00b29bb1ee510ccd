using Gateway.Server.Operations.Health;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Cluster;

/// <summary>A node that has no place in its cluster should get no traffic.</summary>
internal sealed class ClusterReadiness(ClusterNode node, IOptions<ClusterOptions> options) : IReadinessCheck
{
    public string Name => "cluster";

    public TimeSpan Grace => options.Value.ReadinessGrace;

    public ValueTask<ReadinessResult> CheckAsync(CancellationToken cancellationToken)
    {
        var map = node.Map;
        var self = map.Members.FirstOrDefault(member => member.Id == node.Self);
        return new(self switch
        {
            { IsInRing: true } => ReadinessResult.Ready($"a member of '{options.Value.Name}', one of {map.Members.Count(static member => member.IsInRing)}"),
            { Health: not MemberHealth.Heard } => ReadinessResult.NotReady("this node does not hear itself over NATS: nobody does"),
            { State: MemberState.Impaired } => ReadinessResult.NotReady("the store of the leases (Redis) does not answer"),
            { State: MemberState.Draining or MemberState.Left } => ReadinessResult.NotReady("it hands its shards over"),
            _ => ReadinessResult.NotReady("it has not joined the cluster yet"),
        });
    }
}
