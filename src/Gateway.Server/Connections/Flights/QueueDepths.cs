namespace Gateway.Server.Connections.Flights;

/// <summary>Bytes that wait for a connection.</summary>
/// <param name="Staged">Chosen to go next; some of it may be on the wire.</param>
/// <param name="Answers">Not queued yet.</param>
internal sealed record QueueDepths(long High, long Medium, long Low, long Staged, long Answers);
