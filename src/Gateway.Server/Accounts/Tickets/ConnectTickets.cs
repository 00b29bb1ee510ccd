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

    // No letter of Base64Url, so no other ticket begins like this; and one that is made to begin so is unknown, for what is kept is the hash of the whole.
    private const string AppointmentPrefix = "a.";

    /// <summary>Tickets given out here are good elsewhere.</summary>
    public bool AreShared => store.IsShared;

    /// <summary>Whether a ticket that was good came with an appointment: those are given out by a node that drains, once for each connection, never on request.</summary>
    public static bool IsOfAppointment(string ticket) => ticket.StartsWith(AppointmentPrefix, StringComparison.Ordinal);

    /// <summary>A fresh ticket, or null with why there is none.</summary>
    public async ValueTask<(TicketStatus Status, TicketResponse? Ticket)> IssueAsync(Identity identity, CancellationToken cancellationToken)
    {
        var lifetime = options.Value.TicketLifetime;
        var expiresAt = time.GetUtcNow() + lifetime;
        var ticket = NewTicket();
        var status = await AddAsync(ticket, identity, lifetime, cancellationToken).ConfigureAwait(false);
        return status == TicketStatus.Ok ? (status, new TicketResponse(ticket, expiresAt)) : (status, null);
    }

    /// <summary>A fresh ticket for one who is sent away, or null when there can be none.</summary>
    /// <param name="until">When it is to be used; it is good for as much longer as any other.</param>
    public async ValueTask<string?> IssueForAppointmentAsync(Identity identity, TimeSpan until, CancellationToken cancellationToken)
    {
        var ticket = AppointmentPrefix + NewTicket();
        var status = await AddAsync(ticket, identity, until + options.Value.TicketLifetime, cancellationToken).ConfigureAwait(false);
        return status == TicketStatus.Ok ? ticket : null;
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

    private ValueTask<TicketStatus> AddAsync(string ticket, Identity identity, TimeSpan lifetime, CancellationToken cancellationToken) =>
        store.AddAsync(Hash(ticket), JsonSerializer.SerializeToUtf8Bytes(identity, AccountsJson.Default.Identity), lifetime, cancellationToken);

    private static string NewTicket() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    private static string Hash(string ticket) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)));
}
