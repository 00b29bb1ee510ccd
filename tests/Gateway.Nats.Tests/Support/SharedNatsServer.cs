using Gateway.Nats.Tests.Support;
using Gateway.Testing;

[assembly: AssemblyFixture(typeof(SharedNatsServer))]

namespace Gateway.Nats.Tests.Support;

/// <summary>One plain nats-server for all tests that do nothing to it; each uses subjects of its own.</summary>
public sealed class SharedNatsServer : IAsyncLifetime
{
    private NatsServerProcess? _server;

    public string Url => _server!.Url;

    public async ValueTask InitializeAsync() => _server = await NatsServerProcess.StartAsync(new NatsServerSettings(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
