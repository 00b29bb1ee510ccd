namespace Gateway.Nats;

/// <summary>When the client speaks TLS.</summary>
public enum NatsTlsMode
{
    /// <summary>When the server requires it, or the address begins with <c>tls://</c>.</summary>
    Auto = 0,

    /// <summary>Always; a server that does not offer it is refused.</summary>
    Require = 1,

    /// <summary>Always, and from the first byte on: for servers with <c>handshake_first</c> (nats-server 2.10.4 or later), or behind a TLS proxy.</summary>
    First = 2,
}
