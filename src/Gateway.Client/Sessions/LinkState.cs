namespace Gateway.Client.Sessions;

/// <summary>
/// What the server said about one connection. Written by the receive loop under the session's lock before anyone is woken; read by the loops of the
/// same connection.
/// </summary>
internal sealed class LinkState
{
    public bool IsWelcomed { get; set; }

    public string ConnectionId { get; set; } = "";

    public string? User { get; set; }

    public TimeSpan Heartbeat { get; set; }

    /// <summary>How long the token lives from the moment of <c>welcome</c>, by the server's own clock; null when it never expires.</summary>
    public TimeSpan? TokenLifetime { get; set; }

    /// <summary>The server's clock less this client's.</summary>
    public TimeSpan ServerClockAhead { get; set; }

    public Appointment? Appointment { get; set; }

    /// <summary>The last error that answered no call, which is the reason when a close follows.</summary>
    public ServerError? LastError { get; set; }
}
