using Microsoft.Extensions.Primitives;

namespace Gateway.Server.Connections.Limiting;

/// <summary>Has the limits read again whenever a configuration file has changed.</summary>
internal sealed class LimitReload(LimitChanges changes, IConfiguration configuration) : IHostedService, IDisposable
{
    private IDisposable? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // From now on a file that is broken while somebody edits it must not throw in the watcher's thread; LimitChanges looks at it and says so.
        foreach (var file in (configuration as IConfigurationRoot)?.Providers.OfType<FileConfigurationProvider>() ?? [])
            file.Source.OnLoadException = static failed => failed.Ignore = true;
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, () => changes.Reload());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Interlocked.Exchange(ref _registration, null)?.Dispose();
}
