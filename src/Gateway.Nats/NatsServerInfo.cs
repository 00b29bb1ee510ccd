namespace Gateway.Nats;

/// <summary>The server that a connection is with.</summary>
/// <param name="Address">Host and port as they were dialled.</param>
/// <param name="Id">Of the server; new with each of its starts.</param>
/// <param name="Name">As configured; its id when it is not.</param>
/// <param name="Version">Of nats-server.</param>
/// <param name="Cluster">The cluster's name, if it is in one.</param>
/// <param name="ClientId">The number that the server's monitoring shows this connection under.</param>
/// <param name="MaxPayloadBytes">Of headers and payload together.</param>
/// <param name="HasHeaders">Whether messages may have headers.</param>
public sealed record NatsServerInfo(string Address, string Id, string Name, string Version, string? Cluster, long ClientId, int MaxPayloadBytes, bool HasHeaders);
