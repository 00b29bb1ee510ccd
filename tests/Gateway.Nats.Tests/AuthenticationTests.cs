using System.Globalization;
using Gateway.Nats.Tests.Support;
using Gateway.Testing;

namespace Gateway.Nats.Tests;

/// <summary>Every way to say who one is, against real servers that check it.</summary>
public sealed class AuthenticationTests
{
    [Fact]
    public async Task Token_isAccepted_andAWrongOneIsRefused()
    {
        await using var server = await StartAsync("authorization { timeout: 60, token: s3cret }");
        await AssertAccepted(server, NatsCredentials.Token("s3cret"));
        await AssertAccepted(server.Url.Replace("nats://", "nats://s3cret@", StringComparison.Ordinal));
        await AssertRefused(server, NatsCredentials.Token("wrong"));
        await AssertRefused(server, credentials: null);
    }

    [Fact]
    public async Task UserAndPassword_areAccepted_alsoFromTheAddress()
    {
        await using var server = await StartAsync("authorization { timeout: 60, user: ann, password: \"p@ss:word\" }");
        await AssertAccepted(server, NatsCredentials.UserPassword("ann", "p@ss:word"));
        await AssertAccepted(server.Url.Replace("nats://", "nats://ann:p%40ss%3Aword@", StringComparison.Ordinal));
        await AssertRefused(server, NatsCredentials.UserPassword("ann", "wrong"));
    }

    [Fact]
    public async Task NKey_signsTheNonce()
    {
        var key = Jwt.NewKey(Jwt.UserKey);
        await using var server = await StartAsync($"authorization {{ timeout: 60, users: [ {{ nkey: {key.PublicKey} }} ] }}");
        await AssertAccepted(server, NatsCredentials.NKey(key.Export()));
        await AssertRefused(server, NatsCredentials.NKey(Jwt.NewKey(Jwt.UserKey).Export()));
    }

    [Fact]
    public async Task CredentialsFile_isAccepted_andReadAnewForEachConnection()
    {
        var trust = new Jwt();
        await using var server = await StartAsync(trust.Configuration);
        var (jwt, seed) = trust.User();
        await AssertAccepted(server, NatsCredentials.Jwt(jwt, seed));
        await AssertRefused(server, NatsCredentials.Jwt(jwt, trust.User().Seed));

        var file = Path.GetTempFileName();
        try
        {
            var (stale, staleSeed) = trust.User(expires: 1_700_000_001);
            await File.WriteAllTextAsync(file, FileOf(stale, staleSeed));
            var options = TestConnections.Options(server.Url);
            options.Credentials = NatsCredentials.File(file);
            await using var connection = new NatsConnection(options);
            var refused = await Assert.ThrowsAsync<NatsException>(() => connection.ConnectAsync(Deadline.Token));
            Assert.Contains(refused.Error.Code, (NatsErrorCode[])[NatsErrorCode.AuthenticationFailed, NatsErrorCode.AuthenticationExpired]);
            await File.WriteAllTextAsync(file, FileOf(jwt, seed));
            await connection.ConnectAsync(Deadline.Token);
            await connection.FlushAsync(Deadline.Token);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Credentials_thatCannotBeUsed_areSaidWithoutThemselves()
    {
        await using var server = await StartAsync("");
        var options = TestConnections.Options(server.Url);
        options.Credentials = NatsCredentials.File(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));
        Assert.Equal(NatsErrorCode.CredentialsUnusable, (await Refusal(options)).Code);
        var seed = Jwt.NewKey(Jwt.UserKey).Export();
        options.Credentials = NatsCredentials.NKey(seed);
        var error = await Refusal(options);
        Assert.Equal(NatsErrorCode.CredentialsUnusable, error.Code);
        Assert.DoesNotContain(seed, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Permissions_areToldWithTheSubject_andTheConnectionGoesOn()
    {
        await using var server = await StartAsync(
            """authorization { timeout: 60, users: [ { user: ann, password: x, permissions: { publish: ["ok", "_INBOX.>"], subscribe: ["ok", "_INBOX.>"] } } ] }""");
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Credentials = NatsCredentials.UserPassword("ann", "x");
        options.Observer = observer;
        await using var connection = await TestConnections.ConnectAsync(options);
        connection.Publish("secret.place", default);
        connection.Subscribe("other.place", new CollectingHandler());
        await observer.WaitForErrorAsync(NatsErrorCode.PublishDenied);
        await observer.WaitForErrorAsync(NatsErrorCode.SubscribeDenied);
        Assert.Equal(["secret.place", "other.place"], observer.Errors.Select(error => error.Subject));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(2, connection.GetStatistics().Errors);
        Assert.Equal(0, connection.GetStatistics().Reconnects);
    }

    [Fact]
    public async Task ServerWithSmallLimits_isRespected()
    {
        await using var server = await StartAsync("max_payload: 100\nmax_connections: 1");
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        Assert.Equal(100, connection.Server!.MaxPayloadBytes);
        Assert.Equal(NatsPublishResult.PayloadTooLarge, connection.Publish("a", new byte[101]));
        Assert.Equal(NatsPublishResult.Accepted, connection.Publish("a", new byte[100]));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(NatsErrorCode.TooManyConnections, (await Refusal(TestConnections.Options(server.Url))).Code);
    }

    private static Task<NatsServerProcess> StartAsync(string configuration) =>
        NatsServerProcess.StartAsync(new NatsServerSettings { Configuration = configuration }, Deadline.Token);

    private static async Task AssertAccepted(NatsServerProcess server, NatsCredentials credentials)
    {
        var options = TestConnections.Options(server.Url);
        options.Credentials = credentials;
        await using var connection = await TestConnections.ConnectAsync(options);
        await connection.FlushAsync(Deadline.Token);
    }

    private static async Task AssertAccepted(string url)
    {
        await using var connection = await TestConnections.ConnectAsync(url);
        await connection.FlushAsync(Deadline.Token);
        Assert.DoesNotContain("@", connection.Server!.Address, StringComparison.Ordinal);
    }

    private static async Task AssertRefused(NatsServerProcess server, NatsCredentials? credentials)
    {
        var options = TestConnections.Options(server.Url);
        options.Credentials = credentials;
        Assert.Equal(NatsErrorCode.AuthenticationFailed, (await Refusal(options)).Code);
    }

    private static async Task<NatsError> Refusal(NatsOptions options)
    {
        await using var connection = new NatsConnection(options);
        return (await Assert.ThrowsAsync<NatsException>(() => connection.ConnectAsync(Deadline.Token))).Error;
    }

    private static string FileOf(string jwt, string seed) => string.Create(
        CultureInfo.InvariantCulture,
        $"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n");
}
