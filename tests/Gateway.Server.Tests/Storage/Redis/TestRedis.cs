using System.Diagnostics.Metrics;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Redis;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>A node's connection to a test's Redis, under a key prefix of its own unless the test says which.</summary>
internal sealed class TestRedis : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TestRedis(RedisServerProcess server, string? prefix = null, Action<RedisOptions>? configure = null)
        : this(server.Configuration, prefix, configure)
    {
    }

    public TestRedis(string configuration, string? prefix = null, Action<RedisOptions>? configure = null)
    {
        var options = new RedisOptions { Configuration = configuration, KeyPrefix = prefix ?? "t" + Guid.NewGuid().ToString("N") };
        configure?.Invoke(options);
        Metrics = new RedisMetrics(_services.GetRequiredService<IMeterFactory>());
        Connection = new RedisConnection(options, TimeProvider.System, Metrics, NullLogger<RedisConnection>.Instance);
    }

    public RedisMetrics Metrics { get; }

    public RedisConnection Connection { get; }

    public Func<Lane, RoomsOptions, IHistory> History => (lane, options) => new RedisHistory(Connection, lane, options, TimeProvider.System, Metrics);

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _services.DisposeAsync();
    }
}
