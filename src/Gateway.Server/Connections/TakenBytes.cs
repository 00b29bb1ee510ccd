namespace Gateway.Server.Connections;

/// <summary>How far a peer's kernel has taken what a connection sent.</summary>
/// <param name="Count">Bytes since the connection began, the FIN counted as one.</param>
/// <param name="IsAll">Nothing is left on our side.</param>
/// <param name="SinceAnswer">Milliseconds since the peer's kernel last said anything, be it that it has no place.</param>
internal readonly record struct TakenBytes(ulong Count, bool IsAll, long SinceAnswer);
