using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>Finds out which server is the master of what, after a fail-over and while slots move. Safe from any thread.</summary>
/// <remarks>
/// The library asks for it when a connection breaks, which is before there is a new master, and for what it is told with MOVED. A master that hangs breaks no connection and
/// says nothing; so every call without an answer has the others asked again, at most one such look at a time.
/// </remarks>
internal sealed class RedisTopology(TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private Task _looking = Task.CompletedTask;
    private Task _configuring = Task.CompletedTask;
    private bool _isDisposed;

    public static bool HasOthers(ConnectionMultiplexer multiplexer) => multiplexer.GetEndPoints().Length > 1;

    /// <summary>Why the servers that are there cannot be used as they are configured, if so.</summary>
    public static string? FaultOf(ConnectionMultiplexer multiplexer, ConfigurationOptions configuration) =>
        configuration.DefaultDatabase is > 0 && Connected(multiplexer).Any(static server => server.ServerType == ServerType.Cluster)
            ? "a Redis Cluster has database 0 only. Take defaultDatabase out, and give each gateway that shares the cluster a KeyPrefix of its own."
            : null;

    /// <summary>Has the servers asked again, unless that is under way or there is only one.</summary>
    public void LookAgain(ConnectionMultiplexer multiplexer)
    {
        if (!HasOthers(multiplexer))
        {
            return;
        }

        lock (_lock)
        {
            if (_isDisposed || !_looking.IsCompleted)
            {
                return;
            }

            _looking = LookAsync(multiplexer);
            if (_configuring.IsCompleted)
            {
                _configuring = ConfigureAsync(multiplexer);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        await _looking.ConfigureAwait(false);
        await _configuring.ConfigureAwait(false);
    }

    private static IEnumerable<IServer> Connected(ConnectionMultiplexer multiplexer) =>
        multiplexer.GetEndPoints().Select(endPoint => multiplexer.GetServer(endPoint)).Where(static server => server.IsConnected);

    // Who has which slots: the library takes it over from the answer. Those that hang are not waited for.
    private async Task LookAsync(ConnectionMultiplexer multiplexer)
    {
        var pause = Task.Delay(Interval, time);
        try
        {
            var asked = Connected(multiplexer).Where(static server => server.ServerType == ServerType.Cluster).Select(static server => (Task)server.ClusterNodesAsync());
            await Task.WhenAny(Task.WhenAll(asked.Select(ObserveAsync)), pause).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfRedis(e))
        {
            // The next look, then.
        }

        await pause.ConfigureAwait(false);
    }

    // Who is a master outside a cluster, and from whom to hear what is published. Waits for servers that hang.
    private static async Task ConfigureAsync(ConnectionMultiplexer multiplexer) => await ObserveAsync(multiplexer.ConfigureAsync()).ConfigureAwait(false);

    private static async Task ObserveAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfRedis(e))
        {
            // A server that does not answer knows nothing.
        }
    }

    private static bool IsOfRedis(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or OperationCanceledException or NotSupportedException;
}
