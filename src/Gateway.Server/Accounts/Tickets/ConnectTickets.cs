using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Server.Accounts.Revocations;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts.Tickets;

/// <summary>
/// Connect tickets: random words that stand, once and for a short time, for the identity of the token they were asked for with. For clients that must not hold a
/// token where they open the connection, and for pages that hand the connecting to somebody else.
/// </summary>
internal sealed class ConnectTickets(ITicketStore store, IRevocations revocations, IOptions<AccountsOptions> options, TimeProvider time)
{
    private const int RandomBytes = 32;

    // protocol/spec.md allows 8 KiB; ours are much shorter, and nothing longer is looked up.
    private const int MaxLength = 64;

    /// <summary>A fresh ticket, or null with why there is none.</summary>
    public async ValueTask<(TicketStatus Status, TicketResponse? Ticket)> IssueAsync(Identity identity, CancellationToken cancellationToken)
    {
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        var lifetime = options.Value.TicketLifetime;
        var content = JsonSerializer.SerializeToUtf8Bytes(identity, AccountsJson.Default.Identity);
        var expiresAt = time.GetUtcNow() + lifetime;
        var status = await store.AddAsync(Hash(ticket), content, lifetime, cancellationToken).ConfigureAwait(false);
        return status == TicketStatus.Ok ? (status, new TicketResponse(ticket, expiresAt)) : (status, null);
    }

    /// <summary>Uses a ticket up. What its token may not do any more, it may not either.</summary>
    public async ValueTask<TokenValidation> RedeemAsync(string ticket, CancellationToken cancellationToken)
    {
        if (ticket.Length is 0 or > MaxLength)
            return new(TokenStatus.Invalid, null);

        var (status, content) = await store.TakeAsync(Hash(ticket), cancellationToken).ConfigureAwait(false);
        if (status != TicketStatus.Ok)
            return new(status == TicketStatus.Unavailable ? TokenStatus.Unavailable : TokenStatus.Invalid, null);

        var identity = JsonSerializer.Deserialize(content.Span, AccountsJson.Default.Identity)!;
        if (identity.ExpiresAt <= time.GetUtcNow())
            return new(TokenStatus.Expired, null);
        return await RevocationCheck.CheckAsync(identity, revocations, cancellationToken).ConfigureAwait(false);
    }

    private static string Hash(string ticket) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)));
}
