namespace Gateway.Nats.Protocol;

/// <summary>What INFO says.</summary>
internal sealed record ServerInfo
{
    public string ServerId { get; init; } = "";

    public string Name { get; init; } = "";

    public string Version { get; init; } = "";

    public string? Cluster { get; init; }

    public bool HasHeaders { get; init; }

    /// <summary>Headers and payload together. 1 MiB, nats-server's default, until it says so.</summary>
    public int MaxPayloadBytes { get; init; } = 1024 * 1024;

    public long ClientId { get; init; }

    public bool RequiresAuthentication { get; init; }

    public bool RequiresTls { get; init; }

    public bool OffersTls { get; init; }

    public bool IsLameDuck { get; init; }

    /// <summary>What an nkey signs.</summary>
    public string? Nonce { get; init; }

    /// <summary>The servers of the cluster as host:port; null when INFO does not say.</summary>
    public IReadOnlyList<string>? ConnectUrls { get; init; }
}
