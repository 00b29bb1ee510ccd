using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Gateway.Server.Tests.Operations;

/// <summary>What only the real executable shows: exit codes, signals, what is on its streams.</summary>
public class ServerProcessTests
{
    [Fact]
    public async Task Help_printsBothCommandsAndExits()
    {
        await using var server = new ServerProcess(["--help"]);

        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.Contains("./run", server.Output);
        Assert.Contains("./test", server.Output);
        Assert.Contains("Gateway__Port", server.Output);
    }

    [Fact]
    public async Task PrintConfig_showsWhatIsInEffect_withoutSecrets()
    {
        await using var server = new ServerProcess(
            ["--print-config", "--port", "1234"], ("Gateway__Port", "99"), ("Gateway__Metrics__Token", "very-hidden"), ("PORT", "77"));

        Assert.Equal(0, await server.WaitForExitAsync());
        var gateway = JsonDocument.Parse(server.Output).RootElement.GetProperty("Gateway");
        Assert.Equal(1234, gateway.GetProperty("Port").GetInt32());
        Assert.Equal("***", gateway.GetProperty("Metrics").GetProperty("Token").GetString());
        Assert.DoesNotContain("very-hidden", server.Output);
    }

    [Fact]
    public async Task BadSettings_areOneSentenceEach_andExitCode2()
    {
        await using var server = new ServerProcess([], ("Gateway__Prot", "1"), ("Gateway__Drain__Deadline", "soon"));

        Assert.Equal(2, await server.WaitForExitAsync());
        Assert.Equal(
            ["gateway: Gateway:Drain:Deadline is 'soon', but must be a time such as 00:00:30.", "gateway: Gateway:Prot is no known setting; did you mean Gateway:Port?"],
            server.Errors.Split('\n').Order(StringComparer.Ordinal));
        Assert.Empty(server.Output);
    }

    [Fact]
    public async Task PortInUse_isOneSentence_andExitCode2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString();

        await using var server = new ServerProcess(["--address", "127.0.0.1"], ("PORT", port));

        Assert.Equal(2, await server.WaitForExitAsync());
        Assert.Equal($"gateway: port {port} on 127.0.0.1 is in use; choose another with PORT=… or --port.", server.Errors);
        Assert.DoesNotContain("Exception", server.Output);
    }

    [Fact]
    public async Task ReadyFile_getsOneLineWhenReady()
    {
        using var folder = new TemporaryFolder();
        var (server, url) = await ServerProcess.ServeAsync(["--ready-file", folder.File("ready")]);
        await using var ended = server;
        server.Signal("TERM");
        Assert.Equal(0, await server.WaitForExitAsync());

        var ready = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("ready"))).RootElement;
        Assert.Equal(url, new Uri(ready.GetProperty("url").GetString()!));
        Assert.Equal(server.Id, ready.GetProperty("pid").GetInt32());
        Assert.False(File.Exists(folder.File("ready.part")));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_drainsAndExitsWith0(string signal)
    {
        var (server, url) = await ServerProcess.ServeAsync([]);
        await using var ended = server;
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(url, "/health/ready"))).StatusCode);

        server.Signal(signal);

        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.Contains("Draining", server.Output);
        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task SecondSignal_endsAtOnce()
    {
        var (server, _) = await ServerProcess.ServeAsync(["--Gateway:Drain:NotReadyDelay=00:05:00", "--Gateway:Drain:Deadline=00:10:00"]);
        await using var ended = server;
        server.Signal("INT");
        await server.WaitForLineAsync("Draining");

        server.Signal("INT");

        Assert.Equal(130, await server.WaitForExitAsync());
        Assert.Contains("second signal", server.Errors);
    }

    [Fact]
    public async Task Deadline_endsADrainThatTakesTooLong()
    {
        var (server, _) = await ServerProcess.ServeAsync(["--Gateway:Drain:NotReadyDelay=00:10:00", "--Gateway:Drain:Deadline=00:00:00.050"]);
        await using var ended = server;

        server.Signal("TERM");

        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.Contains("reached its deadline", server.Output);
    }

    [Fact]
    public async Task Logs_atTheLowestLevel_holdNoCredential()
    {
        var (server, url) = await ServerProcess.ServeAsync(
            [], ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft", "Trace"), ("Logging__LogLevel__System", "Trace"));
        await using var ended = server;
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "hidden-in-header");

        await http.GetAsync(new Uri(url, "/health/live?token=hidden-one&visible=yes&ticket=hidden-two&access_token=hidden-three&sig=hidden-four"));
        server.Signal("TERM");
        Assert.Equal(0, await server.WaitForExitAsync());

        Assert.Contains("visible=yes", server.Output);
        Assert.DoesNotContain("hidden", server.Output);
    }

    [Fact]
    public async Task SelfSigned_isTrustedByWhoIsGivenItsCertificate()
    {
        var (server, url) = await ServerProcess.ServeAsync(["--tls"]);
        await using var ended = server;
        Assert.Equal("https", url.Scheme);
        using var trusted = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(server.Folder, "data", "tls", "certificate.pem"));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { trusted },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var http = new HttpClient(handler);

        // HTTP/2 is not offered: a WebSocket would then be a stream of a connection that no lane owns.
        var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/health")) { Version = HttpVersion.Version20 });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpVersion.Version11, answer.Version);
        using var stranger = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(new Uri(url, "/health")));
    }

    [Fact]
    public async Task BrokenConfigurationFile_isOneSentence()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ServerProcess(["--config", folder.Write("settings.json", "{ \"Gateway\": ")]);

        Assert.Equal(2, await server.WaitForExitAsync());
        Assert.StartsWith("gateway: a configuration file cannot be read:", server.Errors);
        Assert.DoesNotContain("   at ", server.Errors);
    }
}
