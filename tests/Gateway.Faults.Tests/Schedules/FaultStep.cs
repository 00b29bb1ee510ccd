using System.Globalization;

namespace Gateway.Faults.Tests.Schedules;

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Target">To which: the place of a node, or for <see cref="FaultKind.PauseOwner"/> a room whose owner it is, or a server of NATS.</param>
/// <param name="Manner">For lines: how they fail.</param>
/// <param name="Duration">How long it lasts; for restarts, how long the server is away.</param>
/// <param name="IsGentle">Redis is stopped in good order; one server of NATS is killed, not all; a killed or drained node comes back under its old name.</param>
/// <param name="With">A second fault, of a line, that begins at the same time.</param>
internal sealed record FaultStep(FaultKind Kind, int Target, CutManner Manner, TimeSpan Duration, bool IsGentle, FaultStep? With = null)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{(With is null ? "" : " with " + With)}");

    private string Name => Kind switch
    {
        FaultKind.KillNode => $"kill -9 node {Target}, then {(IsGentle ? "the same name" : "a new name")} in its place",
        FaultKind.PauseOwner => $"pause the owner of room {Target} for {Seconds}",
        FaultKind.RestartRedis => $"{(IsGentle ? "stop" : "kill -9")} Redis, back after {Seconds}",
        FaultKind.RestartNats => $"kill -9 {(IsGentle ? $"server {Target} of NATS" : "all servers of NATS")}, back after {Seconds}",
        FaultKind.UpgradeNats => $"server {Target} of NATS sends its clients away, ends and comes back",
        FaultKind.CutNats => $"line of node {Target} to NATS: {Manner} for {Seconds}",
        FaultKind.CutRedis => $"line of node {Target} to Redis: {Manner} for {Seconds}",
        FaultKind.CutClients => $"lines of node {Target} to its clients: {Manner} for {Seconds}",
        FaultKind.DelayLinks => $"all lines of node {Target} slow for {Seconds}",
        FaultKind.DrainNode => $"drain node {Target}, then {(IsGentle ? "the same name" : "a new name")} joins in its place",
        _ => Kind.ToString(),
    };

    private string Seconds => Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
