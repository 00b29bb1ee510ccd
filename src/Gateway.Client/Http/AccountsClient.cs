namespace Gateway.Client.Http;

/// <summary>Registers and signs in, and keeps the access token fresh for everything else.</summary>
public sealed class AccountsClient : IDisposable
{
    private readonly GatewayHttp _gateway;
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private Signed? _signed;

    internal AccountsClient(GatewayHttp gateway) => _gateway = gateway;

    /// <summary>The present session; null before signing in.</summary>
    public AccountSession? Session => Volatile.Read(ref _signed)?.Session;

    /// <summary>Registers a user and signs in.</summary>
    /// <exception cref="GatewayHttpException">For example <c>username-taken</c>, <c>email-taken</c>, <c>validation-failed</c>.</exception>
    public Task<AccountSession> RegisterAsync(string username, string email, string password, CancellationToken cancellationToken = default) =>
        SignInAsync("/auth/register", new { username, email, password }, cancellationToken);

    /// <summary>Signs in.</summary>
    /// <param name="username">The username or the e-mail address.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayHttpException">For example <c>credentials-invalid</c>.</exception>
    public Task<AccountSession> LoginAsync(string username, string password, CancellationToken cancellationToken = default) =>
        SignInAsync("/auth/login", new { username, password }, cancellationToken);

    /// <summary>Takes a new session for the refresh token of the present one.</summary>
    /// <exception cref="GatewayHttpException">For example <c>refresh-token-invalid</c>: the user must sign in again.</exception>
    /// <exception cref="InvalidOperationException">Nobody has signed in.</exception>
    public async Task<AccountSession> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var before = Volatile.Read(ref _signed) ?? throw new InvalidOperationException("Nobody has signed in.");
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A refresh token is good once: who waited here takes what the one before brought.
            var present = Volatile.Read(ref _signed);
            return present is not null && present != before
                ? present.Session
                : await SignInAsync("/auth/refresh", new { refreshToken = before.Session.RefreshToken }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Ends the session, here and on the gateway.</summary>
    public async Task LogoutAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _signed, null) is { } signed)
            await _gateway.SendAsync<object>(HttpMethod.Post, "/auth/logout", new { refreshToken = signed.Session.RefreshToken }, isSignedIn: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// An access token that is good for a while, refreshed when it is about to end; null before signing in. Fits
    /// <see cref="GatewayClientOptions.TokenProvider"/>.
    /// </summary>
    public async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _signed) is not { } signed)
            return null;
        if (_gateway.Options.TimeProvider.GetElapsedTime(signed.At) < signed.FreshFor)
            return signed.Session.AccessToken;
        return (await RefreshAsync(cancellationToken).ConfigureAwait(false)).AccessToken;
    }

    /// <summary>Called by <see cref="GatewayHttp.Dispose"/>.</summary>
    void IDisposable.Dispose() => _refreshing.Dispose();

    private async Task<AccountSession> SignInAsync(string path, object body, CancellationToken cancellationToken)
    {
        var session = await _gateway.SendAsync<AccountSession>(HttpMethod.Post, path, body, isSignedIn: false, cancellationToken).ConfigureAwait(false);
        var lifetime = TimeSpan.FromSeconds(session.ExpiresIn);
        var margin = _gateway.Options.TokenRefreshMargin < lifetime / 2 ? _gateway.Options.TokenRefreshMargin : lifetime / 2;
        Volatile.Write(ref _signed, new Signed(session, _gateway.Options.TimeProvider.GetTimestamp(), lifetime - margin));
        return session;
    }

    private sealed record Signed(AccountSession Session, long At, TimeSpan FreshFor);
}
