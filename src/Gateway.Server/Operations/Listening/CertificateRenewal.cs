using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Listening;

/// <summary>Looks at the files of the node's certificate from time to time, so that one that was renewed is used without a restart; says until when it is valid.</summary>
internal sealed partial class CertificateRenewal : BackgroundService
{
    private readonly NodeCertificate _certificate;
    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateRenewal> _log;
    private long _renewed;
    private long _refused;

    public CertificateRenewal(NodeCertificate certificate, IOptions<NodeOptions> options, IMeterFactory meters, TimeProvider time, ILogger<CertificateRenewal> log)
    {
        (_certificate, _options, _time, _log) = (certificate, options.Value.Tls, time, log);
        if (!_options.IsOn)
            return;
        var meter = meters.Create("Gateway.Server.Operations");
        meter.CreateObservableGauge("gateway.tls.certificate_expiry", ExpiresIn, "s", "Until the node's certificate ends; below 0 when it has.");
        meter.CreateObservableCounter("gateway.tls.certificate_renewals", () => Volatile.Read(ref _renewed), "{renewal}", "Times that changed files gave a new certificate.");
        meter.CreateObservableCounter("gateway.tls.certificate_faults", () => Volatile.Read(ref _refused), "{fault}", "Times that changed files could not be used; the certificate of before stays.");
    }

    /// <summary>Looks now.</summary>
    public void Look()
    {
        try
        {
            if (!_certificate.TryRenew())
                return;
            Interlocked.Increment(ref _renewed);
            var own = _certificate.Current![0];
            var notAfter = own.NotAfter.ToUniversalTime();
            LogRenewed(own.Subject, own.Thumbprint, notAfter);
        }
        catch (StartRefusedException refusal)
        {
            Interlocked.Increment(ref _refused);
            LogRefused(refusal.Message);
        }
        catch (Exception fault)
        {
            // Whatever is the matter with the files, it must not stop a node that serves.
            Interlocked.Increment(ref _refused);
            LogFault(fault);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.IsOn || _options.SelfSigned || _options.ReloadInterval == TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(_options.ReloadInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private double ExpiresIn() => (_certificate.Current![0].NotAfter.ToUniversalTime() - _time.GetUtcNow().UtcDateTime).TotalSeconds;

    [LoggerMessage(EventId = 9060, Level = LogLevel.Information, Message = "The certificate was renewed: {Subject}, {Thumbprint}, until {NotAfter:u}. Connections that come from now on see it")]
    private partial void LogRenewed(string subject, string thumbprint, DateTime notAfter);

    [LoggerMessage(EventId = 9061, Level = LogLevel.Error, Message = "{Sentence} The certificate of before stays; the files are looked at again when they change")]
    private partial void LogRefused(string sentence);

    [LoggerMessage(EventId = 9062, Level = LogLevel.Error, Message = "The files of the certificate could not be looked at; the certificate of before stays")]
    private partial void LogFault(Exception exception);
}
