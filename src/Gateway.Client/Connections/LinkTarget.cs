namespace Gateway.Client.Connections;

/// <summary>Where to connect, and what to show there.</summary>
internal sealed record LinkTarget(Uri Url, string? Token, string? Ticket);
