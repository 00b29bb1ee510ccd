using System.Text.Json.Nodes;
using Gateway.Server.Accounts;
using Gateway.Server.Operations;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Cluster;

/// <summary>
/// <c>GET /admin/cluster</c>: the nodes, and who owns which shards, as this node sees it. For administrators and services. <c>GET /cluster</c> is what of it every signed-in person may see.
/// </summary>
internal static class ClusterEndpoint
{
    public const string Path = "/admin/cluster";
    public const string ViewPath = "/cluster";

    /// <param name="routes">The application's.</param>
    /// <param name="node">Null on a node that is alone.</param>
    public static void Map(IEndpointRouteBuilder routes, ClusterNode? node)
    {
        routes.MapGet(Path, (IOptions<ClusterOptions> options) => Answer(node is null ? new JsonObject { ["enabled"] = false } : ToJson(options.Value.Name, node.Self, node.Map)))
            .RequireIdentity("admin", "service");
        routes.MapGet(ViewPath, (IOptions<ClusterOptions> options, IOptions<NodeOptions> self) =>
            Answer(node is null ? ClusterView.Alone(self.Value.Name) : ClusterView.Of(options.Value.Name, node.Self, node.Map))).RequireIdentity();
    }

    internal static JsonObject ToJson(string name, NodeId self, ShardMap map) => new()
    {
        ["enabled"] = true,
        ["name"] = name,
        ["self"] = self.Name,
        ["version"] = map.Version,
        ["nodes"] = new JsonArray([.. map.Members.Select(static member => (JsonNode)new JsonObject
        {
            ["name"] = member.Id.Name,
            ["incarnation"] = member.Id.Incarnation,
            ["state"] = member.State.ToString().ToLowerInvariant(),
            ["health"] = member.Health.ToString().ToLowerInvariant(),
            ["inRing"] = member.IsInRing,
            ["shards"] = member.ShardCount,
            ["url"] = member.PublicUrl,
        })]),
        ["shards"] = new JsonArray([.. Enumerable.Range(0, ILeases.ShardCount).Select(shard => (JsonNode)ToJson(shard, map[shard]))]),
    };

    private static IResult Answer(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");

    private static JsonObject ToJson(int shard, ShardPlace place) => new JsonObject
    {
        ["shard"] = shard,
        ["owner"] = place.Owner?.Name,
        ["epoch"] = place.Epoch,
        ["intended"] = place.Intended?.Name,
        ["standIns"] = new JsonArray([.. place.StandIns.Select(static node => (JsonNode)node.Name)]),
    };
}
