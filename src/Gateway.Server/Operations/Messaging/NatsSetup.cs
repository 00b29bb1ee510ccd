using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Nats;
using Gateway.Server.Operations.Health;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Messaging;

/// <summary>Makes the node's one connection to NATS a service, when one is configured.</summary>
/// <remarks>
/// Who needs it asks for <see cref="NatsConnection"/>, and must be registered only when <see cref="IsConfigured"/>: a node without NATS has none.
/// <see cref="NatsHost"/> connects it before the services that are registered later start, and closes it after they have stopped.
/// </remarks>
internal static class NatsSetup
{
    /// <summary>Whether this node has NATS; for a part's setup, which registers what needs it only then.</summary>
    public static bool IsConfigured(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[$"{NatsSettings.Section}:{nameof(NatsSettings.Url)}"]);

    public static void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddGatewayOptions<NatsSettings>(NatsSettings.Section);
        if (!IsConfigured(builder.Configuration))
            return;
        services.AddSingleton<NatsLog>();
        services.AddSingleton(Connect);
        services.AddSingleton<IReadinessCheck, NatsReadiness>();
        services.AddHostedService<NatsHost>();
    }

    private static NatsConnection Connect(IServiceProvider provider) => new(ToOptions(
        provider.GetRequiredService<IOptions<NatsSettings>>().Value,
        provider.GetRequiredService<IOptions<NodeOptions>>().Value.Name,
        provider.GetRequiredService<NatsLog>(),
        provider.GetRequiredService<IMeterFactory>(),
        provider.GetRequiredService<TimeProvider>()));

    /// <exception cref="StartRefusedException">A certificate cannot be used; the sentence says why.</exception>
    internal static NatsOptions ToOptions(NatsSettings settings, string name, INatsObserver? observer, IMeterFactory? meters, TimeProvider time) => new()
    {
        Servers = settings.GetServers(),
        Name = name,
        Credentials = CredentialsOf(settings),
        Tls = TlsOf(settings.Tls),
        MaxPendingBytes = settings.MaxPendingBytes,
        PingInterval = settings.PingInterval,
        // A node that starts before its NATS is not ready, not dead.
        Reconnect = new NatsReconnectOptions { RetryFirstConnect = true, MaxDelay = TimeSpan.FromSeconds(2) },
        Observer = observer,
        MeterFactory = meters,
        TimeProvider = time,
    };

    private static NatsCredentials? CredentialsOf(NatsSettings settings)
    {
        if (settings.CredentialsFile.Length > 0)
            return NatsCredentials.File(settings.CredentialsFile);
        if (settings.NKeySeed.Length > 0)
            return NatsCredentials.NKey(settings.NKeySeed);
        if (settings.Token.Length > 0)
            return NatsCredentials.Token(settings.Token);
        return settings.User.Length > 0 ? NatsCredentials.UserPassword(settings.User, settings.Password) : null;
    }

    private static NatsTlsOptions TlsOf(NatsTlsSettings settings)
    {
        try
        {
            var tls = new NatsTlsOptions
            {
                Mode = settings.Required ? NatsTlsMode.Require : NatsTlsMode.Auto,
                ServerName = settings.ServerName.Length > 0 ? settings.ServerName : null,
            };
            if (settings.Authorities.Length > 0)
            {
                tls.Authorities = [];
                tls.Authorities.ImportFromPemFile(settings.Authorities);
            }

            if (settings.Certificate.Length > 0)
                tls.ClientCertificate = Listening.NodeCertificate.Usable(X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key.Length > 0 ? settings.Key : null));
            return tls;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{NatsSettings.Section}:Tls: a certificate cannot be used: {e.Message}");
        }
    }
}
