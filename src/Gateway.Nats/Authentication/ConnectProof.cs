namespace Gateway.Nats.Authentication;

/// <summary>The fields of CONNECT that say who we are; those that are not used are null. Never logged.</summary>
internal sealed class ConnectProof
{
    public static ConnectProof None { get; } = new();

    public string? Token { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public string? Jwt { get; init; }

    public string? PublicKey { get; init; }

    /// <summary>Over the nonce of INFO, in base64url without padding.</summary>
    public string? Signature { get; init; }
}
