namespace Gateway.Server.Accounts.Tickets;

internal enum TicketStatus
{
    /// <summary>The store does not answer; the ticket may be gone.</summary>
    Unavailable,

    Ok,

    /// <summary>There is no such ticket: never given out, used, or too old.</summary>
    Unknown,

    /// <summary>There are as many as there may be.</summary>
    Full,
}
