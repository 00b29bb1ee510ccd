using Gateway.Server.Accounts;

namespace Gateway.Server.Connections;

/// <summary>A token on its way to the validator and back to the session.</summary>
/// <param name="id">The id of the <c>auth</c> frame, which may be 0; null: the token of the hello.</param>
/// <param name="isTicket">It is a connect ticket.</param>
internal sealed class TokenCheck(string token, int? id, bool isTicket = false)
{
    public string Token { get; } = token;

    public bool IsTicket => isTicket;

    public bool IsHello => id is null;

    public int Id => id ?? 0;

    public TokenValidation Result { get; set; }
}
