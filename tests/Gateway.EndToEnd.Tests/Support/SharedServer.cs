namespace Gateway.EndToEnd.Tests.Support;

/// <summary>A server that is started when it is first needed and stopped at the end.</summary>
internal sealed class SharedServer(string[] settings) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<GatewayProcess>? _started;

    public Task<GatewayProcess> StartedAsync()
    {
        lock (_lock)
        {
            // Not with a test's own token: others wait for the same server.
            return _started ??= GatewayProcess.StartAsync(CancellationToken.None, settings);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsCompletedSuccessfully: true } started)
            await (await started).DisposeAsync();
    }
}
