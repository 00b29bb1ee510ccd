namespace Gateway.Server.Connections;

/// <summary>An appointment for a client: when to come back and where.</summary>
/// <param name="After">Milliseconds until the client should reconnect.</param>
/// <param name="Url">Where to; null: where it is.</param>
/// <param name="Ticket">Lets it in there, once; null: it shows its token.</param>
internal sealed record GoAwayNotice(string Reason, long After, string? Url, string? Ticket = null);
