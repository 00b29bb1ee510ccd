using Gateway.Testing;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>One redis-server for the tests that do not stop it; each takes a key prefix of its own.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private RedisServerProcess? _server;

    public RedisServerProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await RedisServerProcess.StartAsync([], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;
}
