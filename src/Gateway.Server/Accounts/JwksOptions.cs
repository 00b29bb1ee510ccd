using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Accounts;

/// <summary>Tokens of an identity provider (RS256, ES256), <c>Gateway:Accounts:Jwks</c>. Off until <see cref="File"/> or <see cref="Url"/> is set.</summary>
internal sealed class JwksOptions : IValidatableObject
{
    /// <summary>Path of a JSON Web Key Set. Default none.</summary>
    public string? File { get; set; }

    /// <summary>Address of a JSON Web Key Set. Default none. Use https: whoever can change the answer signs tokens for every user.</summary>
    public string? Url { get; set; }

    /// <summary>The <c>iss</c> a token must have. Default none: not checked, which trusts every issuer that shares these keys.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> a token must have. Default none: not checked, which accepts tokens the provider made for other services.</summary>
    public string? Audience { get; set; }

    /// <summary>Age at which keys are fetched anew. Default 1 h: providers announce new keys a day ahead. Longer trusts a withdrawn key longer.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The least time between two fetches, whatever arrives. Default 30 s. Lower lets anyone with made-up key ids have us hammer the provider.
    /// </summary>
    public TimeSpan MinRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a fetch may take. Default 5 s, which is also the most that a connecting client waits for it.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of a key set. Default 256 KiB: big providers have some ten keys of 2 KiB.</summary>
    public int MaxBytes { get; set; } = 256 * 1024;

    public bool IsConfigured => !string.IsNullOrWhiteSpace(File) || !string.IsNullOrWhiteSpace(Url);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrWhiteSpace(File) && !string.IsNullOrWhiteSpace(Url))
            yield return new("Set either File or Url, not both.");
        if (!string.IsNullOrWhiteSpace(Url) && !(Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
            yield return new("Url must be an absolute http(s) address.");
        if (RefreshInterval < MinRefreshInterval)
            yield return new("RefreshInterval must not be shorter than MinRefreshInterval.");
        if (MinRefreshInterval < TimeSpan.FromSeconds(1))
            yield return new("MinRefreshInterval must be at least 1 second.");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(1))
            yield return new("Timeout must be more than 0 and at most 1 minute.");
        if (MaxBytes is < 1024 or > 16 * 1024 * 1024)
            yield return new("MaxBytes must be between 1 KiB and 16 MiB.");
    }
}
