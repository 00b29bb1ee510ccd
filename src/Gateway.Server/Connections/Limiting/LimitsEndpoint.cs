using System.Text.Json.Nodes;
using Gateway.Server.Accounts;
using Gateway.Server.Http;

namespace Gateway.Server.Connections.Limiting;

/// <summary>
/// <c>GET /admin/limits</c> shows every limit of this node: the value in force, where it comes from, whether it can be changed, how close it is. <c>PATCH /admin/limits</c> with
/// <c>{"MaxRooms": 50, "HeartbeatInterval": null}</c> changes some until the node stops, on all nodes of its cluster, or with <c>?scope=node</c> on this one alone; null gives one back to the
/// configuration. For administrators and services.
/// </summary>
internal static class LimitsEndpoint
{
    public const string Path = "/admin/limits";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, static (LiveLimits live, LimitChanges changes, LimitGauges gauges) => Answer(live, changes, gauges)).RequireIdentity("admin", "service");
        routes.MapPatch(Path, PatchAsync).RequireIdentity("admin", "service");
    }

    // Behind a load balancer nobody chooses the node, so that all is what is meant unless it is said.
    private static async Task<IResult> PatchAsync(HttpContext context, LiveLimits live, LimitChanges changes, LimitGauges gauges, LimitSpread spread, string scope = "cluster")
    {
        if (scope is not ("cluster" or "node"))
            return new ProblemResult(new Problem(StatusCodes.Status400BadRequest, ProblemCodes.ValidationFailed, "The scope is cluster or node."));
        var wanted = await context.Request.ReadJsonAsync(LimitsJson.Default.DictionaryStringJsonElement, context.RequestAborted).ConfigureAwait(false);
        var by = context.GetIdentity().UserId;
        var errors = changes.Override(wanted, by);
        if (errors.Count == 0)
            return Answer(live, changes, gauges, scope == "cluster" ? await spread.SpreadAsync(wanted, by).ConfigureAwait(false) : null);
        return new ProblemResult(new Problem(
            StatusCodes.Status400BadRequest, ProblemCodes.ValidationFailed, $"Nothing was changed. {string.Join(' ', errors.Values.SelectMany(static each => each))}")
        { Errors = errors });
    }

    private static IResult Answer(LiveLimits live, LimitChanges changes, LimitGauges gauges, LimitReach? reach = null)
    {
        var limits = live.Values;
        var answer = new JsonObject();
        foreach (var property in LimitProperty.All)
        {
            var entry = new JsonObject
            {
                ["value"] = LimitProperty.ToJson(property.Read(limits)),
                ["default"] = LimitProperty.ToJson(property.Default),
                ["source"] = changes.SourceOf(property),
                ["changeable"] = property.FixedBecause is null,
            };
            if (property.FixedBecause is { } because)
                entry["fixedBecause"] = because;
            if (gauges.SaturationOf(property.Limit) is { } saturation)
                entry["saturation"] = Math.Round(saturation, 4);
            if (gauges.HitsOf(property.Limit) is { } hits)
                entry["hits"] = hits;
            answer[property.Name] = entry;
        }

        var whole = new JsonObject { ["limits"] = answer };
        if (reach is not null)
        {
            whole["nodes"] = reach.ToJson();
            whole["complete"] = reach.IsComplete;
        }

        return Results.Text(whole.ToJsonString(), "application/json", statusCode: reach is { IsEverywhere: false } ? StatusCodes.Status207MultiStatus : StatusCodes.Status200OK);
    }
}
