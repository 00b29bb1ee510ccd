namespace Gateway.Client;

/// <summary>One change of <see cref="GatewayClient.Status"/>.</summary>
/// <param name="Previous">The status before.</param>
/// <param name="Status">The status now.</param>
/// <param name="Reason">Why the last connection or attempt ended; null when there was none or it succeeded.</param>
/// <param name="WillRetry">Whether the client goes on trying without being asked. Always true while it is connecting.</param>
public sealed record StatusChange(ConnectionStatus Previous, ConnectionStatus Status, DisconnectReason? Reason, bool WillRetry);
