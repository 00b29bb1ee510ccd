using Gateway.LoadTest.Servers;

[assembly: AssemblyFixture(typeof(Gateway.LoadTest.Tests.Support.SharedGateway))]

namespace Gateway.LoadTest.Tests.Support;

/// <summary>One real gateway for all runs: each has rooms and users of its own.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private GatewayProcess? _process;

    public Uri Address => _process!.Address;

    public int Id => _process!.Id;

    public async ValueTask InitializeAsync() =>
        _process = await GatewayProcess.StartAsync(
            new ServerTerms(Path.Combine(AppContext.BaseDirectory, "Gateway.Server.dll"), ServerTerms.LoadSettings, Cpus: null), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
