using Gateway.EndToEnd.Tests.Support;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>The servers that several test classes share, each started when it is first asked for.</summary>
public sealed class TestServers : IAsyncDisposable
{
    // A fixed secret, so that tests can make tokens for anybody.
    private static readonly string[] Common =
    [
        "--echo", "--Gateway:Connections:AllowedOrigins:0=*", "--Gateway:Connections:AllowAnonymous=true", "--Gateway:Accounts:ClockSkew=00:00:00",
        "--Gateway:Accounts:SigningKey=" + Tokens.SigningKey,
        "--Gateway:Connections:Transport=" + (Environment.GetEnvironmentVariable("GATEWAY_TEST_TRANSPORT") ?? "LaneSocket"),
        .. IsTls ? ["--tls"] : Array.Empty<string>(),
    ];

    // Other programs may have the cores: a test that is not about patience is not refused, or cut off, for being slow.
    private static readonly string[] Patient =
    [
        "--Gateway:Limits:HandshakeTimeout=00:01:00", "--Gateway:Limits:HelloTimeout=00:01:00", "--Gateway:Limits:CpuHighWaterPercent=0",
    ];

    /// <summary>True when every server of this run speaks TLS.</summary>
    internal static bool IsTls => Environment.GetEnvironmentVariable("GATEWAY_TEST_TLS") is "1";

    private readonly SharedServer _plain = new(
    [
        .. Common, .. Patient,
        "--Gateway:Limits:MaxMessageBytes=1048576", "--Gateway:Limits:MaxPayloadBytes=4096", "--Gateway:Limits:MaxRooms=3", "--Gateway:Limits:MaxConnectionsPerUser=2",
        "--Gateway:Limits:HeartbeatInterval=00:05:00",
        "--Gateway:Rooms:Kinds:tiny:Join=user", "--Gateway:Rooms:Kinds:tiny:Presence=user", "--Gateway:Rooms:Kinds:tiny:MaxMembers=1",
    ]);

    private readonly SharedServer _tls = new(
    [
        .. Common, .. Patient,
        .. IsTls ? Array.Empty<string>() : ["--tls"], "--Gateway:Limits:WriteTimeout=00:00:02", "--Gateway:Limits:MessagesPerSecond=0", "--Gateway:Limits:HeartbeatInterval=00:05:00",
        "--Gateway:Rooms:Kinds:chat:MaxHistoryCount=100000", "--Gateway:Rooms:Kinds:chat:MaxHistoryBytes=134217728", "--Gateway:Rooms:MaxHistoryBytes=536870912",
    ]);

    private readonly SharedServer _impatient = new(
    [
        .. Common,
        "--Gateway:Limits:HelloTimeout=00:00:01", "--Gateway:Limits:HandshakeTimeout=00:00:01", "--Gateway:Limits:HeartbeatInterval=00:00:01",
        "--Gateway:Limits:HeartbeatTimeout=00:00:01",
    ]);

    /// <summary>Patient, with small limits on rooms and payloads.</summary>
    internal Task<GatewayProcess> PlainAsync() => _plain.StartedAsync();

    /// <summary>Speaks TLS, takes all that a publisher can send, gives up on stuck connections after 2 s, keeps long histories of chats.</summary>
    internal Task<GatewayProcess> TlsAsync() => _tls.StartedAsync();

    /// <summary>Waits a second for a handshake, a hello and a pong.</summary>
    internal Task<GatewayProcess> ImpatientAsync() => _impatient.StartedAsync();

    /// <summary>A server of the test's own, to be disposed by it.</summary>
    internal static Task<GatewayProcess> StartOwnAsync(params string[] settings) =>
        GatewayProcess.StartAsync(TestContext.Current.CancellationToken, [.. Common, .. Patient, .. settings]);

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _tls.DisposeAsync();
        await _impatient.DisposeAsync();
    }
}
