using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Accounts;

/// <summary>Users, tokens and their limits, <c>Gateway:Accounts</c>.</summary>
internal sealed class AccountsOptions : IValidatableObject
{
    public const string SectionName = "Gateway:Accounts";

    /// <summary>
    /// Whether the gateway keeps users of its own (<c>/auth/…</c>, HS256 tokens). Default true. Turn it off where an identity provider
    /// (<see cref="Jwks"/>) is the only source of tokens.
    /// </summary>
    public bool LocalAccounts { get; set; } = true;

    /// <summary>Whether strangers may register. Default true. Off, accounts are made by whoever can write the database.</summary>
    public bool Registration { get; set; } = true;

    /// <summary>
    /// Usernames that have the role <c>admin</c>, whatever the case. Default none. Register them before you list them: the name is the key,
    /// and the first to register it has it.
    /// </summary>
    public IList<string> Admins { get; } = [];

    /// <summary>
    /// Base64 of at least 32 random bytes that sign our tokens (HS256). Default none: made at first start and kept in the data directory
    /// (<c>signing.key</c>, mode 0600). Set it when several nodes share users. Whoever has it can be anybody.
    /// </summary>
    [Secret]
    public string? SigningKey { get; set; }

    /// <summary>
    /// Path of the SQLite file that holds the users. Default none: they are in the node's own database (<c>Gateway:Sqlite:FileName</c>). Nodes of one machine that are
    /// given the same file, and the same <see cref="SigningKey"/>, share their users. Not on a network file system, where SQLite's locks do not hold: nodes on several
    /// machines take an identity provider (<see cref="Jwks"/>).
    /// </summary>
    public string? Database { get; set; }

    /// <summary>The <c>iss</c> of our tokens, checked when they come back. Default <c>gateway</c>.</summary>
    public string Issuer { get; set; } = "gateway";

    /// <summary>The <c>aud</c> of our tokens, checked when they come back. Default <c>gateway</c>.</summary>
    public string Audience { get; set; } = "gateway";

    /// <summary>Life of an access token. Default 15 min. Longer lets a stolen one that nobody revokes work longer.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a connect ticket is good for, once. Default 30 s: enough to open a connection on a slow line. Longer gives a leaked one more time.</summary>
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Connect tickets that wait to be used, where they are kept in memory (no Redis). Default 100,000, each about 1 KB. Beyond it none is given out.</summary>
    public int MaxTickets { get; set; } = 100_000;

    /// <summary>How long a revocation is remembered. Default 1 day. It must be longer than the longest life of a token, or a revoked one works again.</summary>
    public TimeSpan RevocationLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Revocations remembered, where they are kept in memory (no Redis). Default 100,000, each about 200 bytes. Beyond it further ones are refused.</summary>
    public int MaxRevocations { get; set; } = 100_000;

    /// <summary>Life of a refresh token, counted anew at each use. Default 30 days: a user who comes monthly stays signed in.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Logins of a user that are remembered; the oldest beyond are signed out. Default 50. Bounds the table per user.</summary>
    public int MaxSessionsPerUser { get; set; } = 50;

    /// <summary>How far clocks of issuer and gateway may differ. Default 30 s. It lengthens the life of every token.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a token must say when it ends. Default true. Off, a stolen token without an end works for ever.</summary>
    public bool RequireExpiration { get; set; } = true;

    /// <summary>
    /// PBKDF2-HMAC-SHA512 rounds of a new password hash. Default 210,000 (OWASP's figure): some 100 ms of one core. Fewer make a stolen table
    /// cheaper to crack; more make logins slower. Old hashes are raised at the next login.
    /// </summary>
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>Password hashes computed at once. Default half the cores, at least one: the rest stays with the connections.</summary>
    [DefaultValue("half the cores")]
    public int MaxConcurrentHashes { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Logins and registrations that wait for a hash; beyond, 503 with Retry-After. Default 32: at 100 ms each the last one waits some 3 s.
    /// </summary>
    public int MaxQueuedHashes { get; set; } = 32;

    /// <summary>Characters of a password, at least. Default 8 (NIST SP 800-63B). Lower invites guessing.</summary>
    public int MinPasswordLength { get; set; } = 8;

    /// <summary>
    /// Login attempts per minute and source address (IPv6: per /64), good or bad; a burst of as many. Default 10. Behind a proxy that hides
    /// addresses all users share one: raise it there.
    /// </summary>
    public int LoginsPerMinutePerAddress { get; set; } = 10;

    /// <summary>Login attempts per minute and account name, known or not. Default 10. Anyone can use up another's: lower makes that easier.</summary>
    public int LoginsPerMinutePerAccount { get; set; } = 10;

    /// <summary>Registrations per minute and source address. Default 30. Higher fills the table faster.</summary>
    public int RegistrationsPerMinutePerAddress { get; set; } = 30;

    /// <summary>Refreshes per minute and source address. Default 300: a reload refreshes once, an office shares an address.</summary>
    public int RefreshesPerMinutePerAddress { get; set; } = 300;

    /// <summary>Addresses and names whose attempts are counted one by one. Default 100,000, some 10 MB; those beyond share one count.</summary>
    public int MaxTrackedSources { get; set; } = 100_000;

    /// <summary>Tokens of an identity provider.</summary>
    public JwksOptions Jwks { get; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigningKey is { Length: > 0 } && !SigningKeys.TryDecode(SigningKey, out _))
            yield return new("SigningKey must be base64 of at least 32 random bytes (try: openssl rand -base64 32).");
        if (string.IsNullOrWhiteSpace(Issuer) || string.IsNullOrWhiteSpace(Audience))
            yield return new("Issuer and Audience must not be empty.");
        if (!LocalAccounts && !Jwks.IsConfigured)
            yield return new("With LocalAccounts off, set Jwks:File or Url, or nobody can sign in.");
        if (AccessTokenLifetime < TimeSpan.FromSeconds(1) || AccessTokenLifetime > TimeSpan.FromDays(1))
            yield return new("AccessTokenLifetime must be between 1 second and 1 day.");
        if (RefreshTokenLifetime < AccessTokenLifetime || RefreshTokenLifetime > TimeSpan.FromDays(3660))
            yield return new("RefreshTokenLifetime must be at least AccessTokenLifetime and at most 10 years.");
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(10))
            yield return new("ClockSkew must be between 0 and 10 minutes.");
        if (PasswordIterations is < 1 or > 10_000_000)
            yield return new("PasswordIterations must be between 1 and 10,000,000.");
        if (MinPasswordLength is < 1 or > CredentialRules.MaxPasswordLength)
            yield return new($"MinPasswordLength must be between 1 and {CredentialRules.MaxPasswordLength}.");
        if (MaxConcurrentHashes < 1 || MaxQueuedHashes < 0)
            yield return new("MaxConcurrentHashes must be at least 1 and MaxQueuedHashes at least 0.");
        if (LoginsPerMinutePerAddress < 1 || LoginsPerMinutePerAccount < 1 || RegistrationsPerMinutePerAddress < 1 || RefreshesPerMinutePerAddress < 1)
            yield return new("The limits per minute must be at least 1.");
        if (TicketLifetime < TimeSpan.FromSeconds(1) || TicketLifetime > TimeSpan.FromHours(1))
            yield return new("TicketLifetime must be between 1 second and 1 hour.");
        if (RevocationLifetime < AccessTokenLifetime + ClockSkew || RevocationLifetime > TimeSpan.FromDays(366))
            yield return new("RevocationLifetime must be at least AccessTokenLifetime and ClockSkew together, and at most 366 days.");
        if (MaxTickets < 1 || MaxRevocations < 1)
            yield return new("MaxTickets and MaxRevocations must be at least 1.");
        if (MaxSessionsPerUser < 1 || MaxTrackedSources < 1)
            yield return new("MaxSessionsPerUser and MaxTrackedSources must be at least 1.");
    }
}
