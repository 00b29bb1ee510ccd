using Gateway.Server.Operations.Draining;

namespace Gateway.Server.Cluster;

/// <summary>Before clients are told to go, their rooms get another owner: what they still publish is forwarded.</summary>
internal sealed class ClusterDrain(ClusterNode node) : IDrainStep
{
    public string Name => "shards";

    public int Order => 50;

    public Task DrainAsync(CancellationToken deadline) => node.DrainAsync(deadline);
}
