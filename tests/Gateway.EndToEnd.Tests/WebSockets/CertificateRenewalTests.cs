using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>The certificate of a node that serves is replaced, as its tools do it every few weeks.</summary>
public sealed class CertificateRenewalTests : IDisposable
{
    private const string Subject = "CN=localhost";
    private const byte Ping = 0x89;
    private const byte Pong = 0x8a;

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-certificate-").FullName;

    [Theory]
    [InlineData("LaneSocket")]
    [InlineData("Pipe")]
    public async Task Renewed_files_are_shown_to_new_clients_and_those_that_are_connected_stay(string transport)
    {
        using var deadline = Deadline.Start();
        var (first, second) = (Make(), Make());
        await File.WriteAllTextAsync(CertificatePath, first.Certificate, deadline.Token);
        await File.WriteAllTextAsync(KeyPath, first.Key, deadline.Token);
        await using var server = await GatewayProcess.StartAsync(
            deadline.Token,
            "--echo", $"--Gateway:Connections:Transport={transport}", $"--Gateway:Tls:Certificate={CertificatePath}", $"--Gateway:Tls:Key={KeyPath}", "--Gateway:Tls:ReloadInterval=00:00:00.1");
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, shown, _, _) => shown!.Subject == Subject } };
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        await using var early = await ConnectAsync(server, first.Thumbprint, deadline.Token);
        await UpgradeAsync(early, deadline.Token);

        // Of the two files one is new: nothing can be done with them, and no client notices.
        await File.WriteAllTextAsync(CertificatePath, second.Certificate, deadline.Token);
        await Metrics.WaitAsync(http, "gateway_tls_certificate_faults_total", static count => count >= 1, deadline.Token);
        await (await ConnectAsync(server, first.Thumbprint, deadline.Token)).DisposeAsync();
        await File.WriteAllTextAsync(KeyPath, second.Key, deadline.Token);
        await Metrics.WaitAsync(http, "gateway_tls_certificate_renewals_total", static count => count == 1, deadline.Token);
        await using var late = await ConnectAsync(server, second.Thumbprint, deadline.Token);
        await UpgradeAsync(late, deadline.Token);
        await PingAsync(late, deadline.Token);
        await PingAsync(early, deadline.Token);
        Assert.InRange(await Metrics.ReadAsync(http, "gateway_tls_certificate_expiry_seconds", deadline.Token), 1, TimeSpan.FromDays(1).TotalSeconds);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string CertificatePath => Path.Combine(_folder, "certificate.pem");

    private string KeyPath => Path.Combine(_folder, "key.pem");

    private static (string Certificate, string Key, string Thumbprint) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), made.Thumbprint);
    }

    // Fails when the server shows another certificate.
    private static async Task<SslStream> ConnectAsync(GatewayProcess server, string thumbprint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Address.Port), cancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, shown, _, _) => shown!.GetCertHashString() == thumbprint);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
        return stream;
    }

    private static async Task UpgradeAsync(SslStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(HandshakeCases.Request()), cancellationToken);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }

        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
    }

    // An empty one, masked with zeros.
    private static async Task PingAsync(SslStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(new byte[] { Ping, 0x80, 0, 0, 0, 0 }, cancellationToken);
        var pong = new byte[2];
        await stream.ReadExactlyAsync(pong, cancellationToken);
        Assert.Equal([Pong, 0], pong);
    }
}
