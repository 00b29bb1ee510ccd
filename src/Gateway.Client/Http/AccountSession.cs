namespace Gateway.Client.Http;

/// <summary>What a user gets for signing in.</summary>
/// <param name="AccessToken">The token for calls and connections.</param>
/// <param name="ExpiresIn">Seconds until it ends, counted from the answer.</param>
/// <param name="RefreshToken">Good for one new session.</param>
/// <param name="User">Who signed in.</param>
public sealed record AccountSession(string AccessToken, long ExpiresIn, string RefreshToken, AccountUser User)
{
    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"session of {User.Id}";
}
