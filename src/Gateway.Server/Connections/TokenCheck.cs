using Gateway.Server.Accounts;

namespace Gateway.Server.Connections;

/// <summary>A token or a connect ticket, or both, on the way to be checked and back to the session.</summary>
/// <param name="token">Null when only a ticket was shown.</param>
/// <param name="id">The id of the <c>auth</c> frame, which may be 0; null: the token of the hello.</param>
/// <param name="ticket">Looked at first: the token counts when it is no good.</param>
internal sealed class TokenCheck(string? token, int? id, string? ticket = null)
{
    public string? Token => token;

    public string? Ticket => ticket;

    public bool IsHello => id is null;

    public int Id => id ?? 0;

    public TokenValidation Result { get; set; }

    /// <summary>The result is the ticket's, not the token's.</summary>
    public bool IsOfTicket { get; set; }
}
