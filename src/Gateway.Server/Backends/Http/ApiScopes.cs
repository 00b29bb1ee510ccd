namespace Gateway.Server.Backends.Http;

/// <summary>What an API key may do.</summary>
[Flags]
internal enum ApiScopes
{
    None = 0,

    /// <summary>Publish to rooms and users.</summary>
    Publish = 1,

    /// <summary>See rooms, presence, history and the node.</summary>
    Read = 2,

    /// <summary>End connections.</summary>
    Disconnect = 4,
}
