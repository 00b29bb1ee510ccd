using System.Security.Cryptography.X509Certificates;

namespace Gateway.Nats;

/// <summary>TLS to the servers. There is no way to switch the check of their certificates off.</summary>
public sealed class NatsTlsOptions
{
    /// <summary>When TLS is spoken. By default when the server requires it.</summary>
    public NatsTlsMode Mode { get; set; } = NatsTlsMode.Auto;

    /// <summary>Who may have signed the servers' certificates; null (the default) for those the machine trusts.</summary>
    public X509Certificate2Collection? Authorities { get; set; }

    /// <summary>Shown to servers that ask for one, with its private key. None by default.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>The name that the servers' certificates must have; null (the default) for the host of the address.</summary>
    public string? ServerName { get; set; }
}
