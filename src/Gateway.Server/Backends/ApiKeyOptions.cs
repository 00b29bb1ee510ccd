using System.ComponentModel.DataAnnotations;
using Gateway.Server.Backends.Http;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Backends;

/// <summary>One key of the HTTP interface.</summary>
internal sealed class ApiKeyOptions : IValidatableObject
{
    private const int MinKeyLength = 32;
    private const int HashHexLength = 64;

    /// <summary>The SHA-256 of the key in hexadecimal, so that the configuration does not hold the key: `printf %s "$KEY" | sha256sum`. Make keys of random bytes: `openssl rand -base64 32`.</summary>
    [Secret]
    public string Hash { get; set; } = "";

    /// <summary>The key itself, at least 32 characters, where the configuration is a secret store anyway. One of the two.</summary>
    [Secret]
    public string Key { get; set; } = "";

    /// <summary>What it may do: `Publish`, `Read`, `Disconnect`, parted by commas. Default publish and read.</summary>
    public ApiScopes Scopes { get; set; } = ApiScopes.Publish | ApiScopes.Read;

    /// <summary>When it stops working. Never by default.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Hash.Length == 0 == (Key.Length == 0))
            yield return new ValidationResult("Set Hash or Key, one of the two.");
        if (Hash.Length > 0 && (Hash.Length != HashHexLength || Hash.Any(static each => !char.IsAsciiHexDigit(each))))
            yield return new ValidationResult("Hash must be 64 hexadecimal digits (try: printf %s \"$KEY\" | sha256sum).", [nameof(Hash)]);
        if (Key.Length is > 0 and < MinKeyLength)
            yield return new ValidationResult("Key must have at least 32 characters (try: openssl rand -base64 32).", [nameof(Key)]);
        if (Scopes == ApiScopes.None)
            yield return new ValidationResult("Scopes must name at least one of Publish, Read, Disconnect.", [nameof(Scopes)]);
    }
}
