using System.Net.Security;

namespace Gateway.Client.Http;

/// <summary>What <see cref="GatewayHttp"/> needs to know.</summary>
public sealed class GatewayHttpOptions
{
    /// <summary>How long a call may take, uploads and downloads apart. 30 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long an upload or download may stand still before it counts as broken. 30 s by default.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times in a row an upload is resumed without getting further. 5 by default.</summary>
    public int MaxFruitlessResumes { get; set; } = 5;

    /// <summary>How long before its end an access token is replaced. 30 s by default.</summary>
    public TimeSpan TokenRefreshMargin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Decides about the server's certificate. Null (the default) checks it as the operating system does.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; set; }

    /// <summary>The clock and the timers. The system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
