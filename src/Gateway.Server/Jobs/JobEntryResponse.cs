using System.Text.Json.Nodes;

namespace Gateway.Server.Jobs;

internal sealed record JobEntryResponse(
    string Operation, string Status, int Attempt, string? Worker, double? DurationMs, JsonObject Metadata, DateTimeOffset At);
