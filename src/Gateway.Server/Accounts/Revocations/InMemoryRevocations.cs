using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts.Revocations;

/// <summary>The revocations of a single node. Bounded: those whose time is over make place, and beyond the limit new ones are refused rather than old ones forgotten.</summary>
internal sealed class InMemoryRevocations(IOptions<AccountsOptions> options, TimeProvider time) : IRevocations
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _users = new(StringComparer.Ordinal);
    private readonly Queue<(Revocation Revocation, DateTimeOffset Ends)> _order = new();

    public event Action<Revocation>? Revoked;

    public ValueTask<RevocationStatus> RevokeAsync(Revocation revocation, CancellationToken cancellationToken)
    {
        var ends = time.GetUtcNow() + options.Value.RevocationLifetime;
        lock (_lock)
        {
            Forget();
            if (_order.Count >= options.Value.MaxRevocations)
                return new(RevocationStatus.Full);
            _order.Enqueue((revocation, ends));
            if (revocation.UserId is { } user)
                _users[user] = _users.TryGetValue(user, out var before) && before > revocation.IssuedUntil ? before : revocation.IssuedUntil;
            else
                _tokens[revocation.TokenId!] = ends;
        }

        Revoked?.Invoke(revocation);
        return new(RevocationStatus.Ok);
    }

    public ValueTask<RevocationStatus> CheckAsync(Identity identity, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Forget();
            var isRevoked = (identity.TokenId is { } token && _tokens.ContainsKey(token))
                || (_users.TryGetValue(identity.UserId, out var until) && identity.IssuedAt <= until);
            return new(isRevoked ? RevocationStatus.Revoked : RevocationStatus.Ok);
        }
    }

    // In the order in which they were made, which is the order in which they end. A later one of the same user or token has its own place behind.
    private void Forget()
    {
        var now = time.GetUtcNow();
        while (_order.TryPeek(out var oldest) && oldest.Ends <= now)
        {
            _order.Dequeue();
            var (token, user, until) = oldest.Revocation;
            if (user is null)
            {
                if (_tokens.GetValueOrDefault(token!) <= now)
                    _tokens.Remove(token!);
            }
            else if (_users.GetValueOrDefault(user) <= until)
            {
                _users.Remove(user);
            }
        }
    }
}
