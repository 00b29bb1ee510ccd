using Gateway.Nats.Tests.Support;
using Gateway.Testing;

namespace Gateway.Nats.Tests;

/// <summary>TLS with real servers; what nats-server 2.9 cannot do, with a scripted one.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task ServerThatRequiresTls_isSpokenToInTls_alsoAfterARestart()
    {
        await using var server = await StartAsync(verify: false);
        var observer = new RecordingObserver();
        var options = Options(server.Url);
        options.Observer = observer;
        await using var connection = await TestConnections.ConnectAsync(options);
        var handler = new CollectingHandler();
        connection.Subscribe("a", handler);
        for (var i = 0; i < 1_000; i++)
            connection.Publish("a", "x"u8);
        await handler.WaitForAsync(1_000);
        await server.RestartAsync(Deadline.Token);
        await observer.WaitForConnectsAsync(2);
        connection.Publish("a", "x"u8);
        await handler.WaitForAsync(1_001);
    }

    [Fact]
    public async Task ServerOfAnUnknownAuthority_orAnotherName_isRefused()
    {
        await using var server = await StartAsync(verify: false);
        Assert.Equal(NatsErrorCode.TlsFailed, (await Refusal(TestConnections.Options(server.Url))).Code);
        var options = Options(server.Url);
        options.Tls.ServerName = "other.example";
        Assert.Equal(NatsErrorCode.TlsFailed, (await Refusal(options)).Code);
    }

    [Fact]
    public async Task ServerThatWantsACertificate_getsOne()
    {
        await using var server = await StartAsync(verify: true);
        var options = Options(server.Url);
        options.Tls.ClientCertificate = _certificates.Client;
        await using (var connection = await TestConnections.ConnectAsync(options))
            await connection.FlushAsync(Deadline.Token);
        options.Tls.ClientCertificate = null;
        Assert.Contains((await Refusal(options)).Code, (NatsErrorCode[])[NatsErrorCode.TlsFailed, NatsErrorCode.ConnectionLost]);
    }

    [Theory]
    [InlineData("tls", NatsTlsMode.Auto)]
    [InlineData("nats", NatsTlsMode.Require)]
    public async Task RequiredTls_thatTheServerDoesNotOffer_isRefused(string scheme, NatsTlsMode mode)
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        var options = Options(server.Url.Replace("nats", scheme, StringComparison.Ordinal));
        options.Tls.Mode = mode;
        options.Credentials = NatsCredentials.Token("secret");
        Assert.Equal(NatsErrorCode.TlsFailed, (await Refusal(options)).Code);
    }

    [Fact]
    public async Task TlsFirst_nothingIsSaidInTheClear()
    {
        await using var server = new ScriptedServer();
        var options = Options(server.Url);
        options.Tls.Mode = NatsTlsMode.First;
        await using var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.AcceptPeerAsync();
        await peer.SecureAsync(_certificates.Server);
        await peer.SendInfoAsync("\"tls_required\":true");
        await peer.LetInAsync();
        await connecting;
        Assert.Contains("\"tls_required\":true", peer.Connect, StringComparison.Ordinal);
    }

    /// <summary>What stands behind INFO before TLS was not said by a server that has shown its certificate.</summary>
    [Fact]
    public async Task BytesBehindInfoBeforeTls_areRefused()
    {
        await using var server = new ScriptedServer();
        await using var connection = new NatsConnection(Options(server.Url));
        var connecting = connection.ConnectAsync(Deadline.Token);
        var peer = await server.AcceptPeerAsync();
        await peer.SendAsync("INFO {\"max_payload\":100,\"tls_required\":true}\r\nPONG\r\n");
        Assert.Equal(NatsErrorCode.MalformedInput, (await Assert.ThrowsAsync<NatsException>(() => connecting)).Error.Code);
    }

    public void Dispose() => _certificates.Dispose();

    private NatsOptions Options(string url)
    {
        var options = TestConnections.Options(url);
        options.Tls.Authorities = _certificates.Authorities;
        return options;
    }

    private Task<NatsServerProcess> StartAsync(bool verify) =>
        NatsServerProcess.StartAsync(new NatsServerSettings { Configuration = _certificates.Configuration(verify) }, Deadline.Token);

    private static async Task<NatsError> Refusal(NatsOptions options)
    {
        await using var connection = new NatsConnection(options);
        return (await Assert.ThrowsAsync<NatsException>(() => connection.ConnectAsync(Deadline.Token))).Error;
    }
}
