namespace Gateway.Server.Accounts.Tickets;

/// <summary>What <c>POST /tickets</c> answers.</summary>
internal sealed record TicketResponse(string Ticket, DateTimeOffset ExpiresAt);
