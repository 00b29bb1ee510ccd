using System.Text.Json.Nodes;

namespace Gateway.Server.Cluster;

/// <summary>
/// The cluster as every signed-in person may see it, for the page: the nodes, how they are, and which of them owns each shard. What helps to operate it (epochs, stand-ins, lives of nodes)
/// is <see cref="ClusterEndpoint"/>'s.
/// </summary>
internal static class ClusterView
{
    /// <summary>Of a node that is alone.</summary>
    public static JsonObject Alone(string name) => new() { ["enabled"] = false, ["self"] = name };

    /// <param name="name">The cluster's.</param>
    /// <param name="self">Who says so.</param>
    /// <param name="map">The newest.</param>
    public static JsonObject Of(string name, NodeId self, ShardMap map)
    {
        var places = map.Members.Index().ToDictionary(static member => member.Item.Id, static member => member.Index);
        var owners = Enumerable.Range(0, ILeases.ShardCount)
            .Select(shard => map[shard].Owner is { } owner && places.TryGetValue(owner, out var place) ? place : -1)
            .ToArray();
        return new JsonObject
        {
            ["enabled"] = true,
            ["name"] = name,
            ["self"] = self.Name,
            ["nodes"] = new JsonArray([.. map.Members.Select((member, place) => (JsonNode)new JsonObject
            {
                ["name"] = member.Id.Name,
                ["status"] = StatusOf(member),
                ["shards"] = owners.Count(owner => owner == place),
            })]),

            // By shard, the place of its owner in the list of nodes; -1 for a shard that nobody owns at this moment.
            ["owners"] = new JsonArray([.. owners.Select(static owner => (JsonNode)owner)]),
        };
    }

    private static string StatusOf(MemberView member) => member switch
    {
        { State: MemberState.Left } => "left",
        { Health: MemberHealth.Dead } => "dead",
        { Health: MemberHealth.Suspected } => "suspected",
        _ => member.State.ToString().ToLowerInvariant(),
    };
}
