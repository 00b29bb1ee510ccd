using System.Text.Json.Nodes;
using Gateway.Protocol.Frames;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Accounts;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Connections.Flights;

/// <summary><c>GET /admin/flights</c>: the connections of this node that ended badly, newest first, with the last frame headers and what waited for them. For administrators and services.</summary>
internal static class FlightsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/flights", static (FlightRecorder recorder, IOptions<FlightOptions> options) => Results.Text(
            new JsonObject
            {
                ["enabled"] = options.Value.Enabled,
                ["flights"] = new JsonArray([.. recorder.Newest.Select(ToJson)]),
            }.ToJsonString(), "application/json")).RequireIdentity("admin", "service");

    private static JsonNode ToJson(Flight flight) => new JsonObject
    {
        ["connection"] = flight.Connection,
        ["user"] = flight.User,
        ["address"] = flight.Address,
        ["closedAt"] = flight.ClosedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["lifetimeMs"] = flight.LifetimeMilliseconds,
        ["code"] = flight.Cause.Code,
        ["byPeer"] = flight.Cause.ByPeer,
        ["queuedBytes"] = new JsonObject
        {
            ["high"] = flight.Depths.High,
            ["medium"] = flight.Depths.Medium,
            ["low"] = flight.Depths.Low,
            ["staged"] = flight.Depths.Staged,
            ["answers"] = flight.Depths.Answers,
        },
        ["frames"] = new JsonArray([.. flight.Frames.Select(static frame => (JsonNode)new JsonObject
        {
            ["direction"] = frame.IsOut ? "out" : "in",
            ["op"] = NameOf(frame.Op),
            ["bytes"] = frame.Size,
            ["ms"] = frame.Age,
        })]),
    };

    private static string NameOf(int op) => op switch
    {
        0 => "unknown",
        >= FrameTrace.ControlOp => $"websocket {(Opcode)(op - FrameTrace.ControlOp)}".ToLowerInvariant(),
        _ when Enum.IsDefined((Op)op) => ((Op)op).ToString().ToLowerInvariant(),
        _ => op.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
