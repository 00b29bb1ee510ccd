using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>
/// The one connection of a node to Redis; it comes back by itself. Calls end within their time-out, with an answer or with what is known about why there is none.
/// Safe from any thread.
/// </summary>
/// <remarks>
/// <para>Bounded: each caller has a bounded number of calls under way; while there is no connection nothing waits in a queue.</para>
/// <para>Only masters are asked: what a replica says may be old, and what it is told is refused.</para>
/// </remarks>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private const int ConnectTimeoutMilliseconds = 2000;

    // An attempt tries three times, and asks in between.
    private const int ConnectPatienceTimeouts = 5;
    private const int MaxAttempts = 3;

    // Beyond what a server that answers takes to be left.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly RedisMetrics _metrics;
    private readonly ILogger<RedisConnection> _logger;
    private readonly Task<ConnectionMultiplexer> _connecting;
    private readonly RedisTopology _topology;

    public RedisConnection(RedisOptions options, TimeProvider time, RedisMetrics metrics, ILogger<RedisConnection> logger)
    {
        _time = time;
        _metrics = metrics;
        _logger = logger;
        Options = options;
        Keys = new RedisKeys(options.KeyPrefix);
        var configuration = TryParse(options.Configuration) ?? throw new ArgumentException("The configuration was checked at start.", nameof(options));

        // A Redis that is not there yet is one that comes later.
        configuration.AbortOnConnectFail = false;
        configuration.ReconnectRetryPolicy = new LinearRetry(250);
        configuration.ClientName ??= "gateway";

        // A promoted replica counts as one until its role is asked again; by default that is once a minute.
        configuration.ConfigCheckSeconds = 1;
        if (!options.Configuration.Contains("connectTimeout", StringComparison.OrdinalIgnoreCase))
        {
            // The library looks at no server before each has answered or this is over: one that hangs holds up the fail-over of all.
            configuration.ConnectTimeout = ConnectTimeoutMilliseconds;
        }

        _topology = new RedisTopology(time);
        _connecting = ConnectAsync(configuration);
        metrics.Watch(() => IsConnected);
    }

    /// <summary>A connection has been made again; on any thread.</summary>
    public event Action? Restored;

    public RedisOptions Options { get; }

    public RedisKeys Keys { get; }

    public bool IsConnected => _connecting.IsCompletedSuccessfully && _connecting.Result.IsConnected;

    /// <summary>Whether there are further servers, one of which may have taken the place of one that is silent.</summary>
    public bool HasOthers => _connecting.IsCompletedSuccessfully && RedisTopology.HasOthers(_connecting.Result);

    /// <summary>Null when the text is no configuration.</summary>
    public static ConfigurationOptions? TryParse(string text)
    {
        try
        {
            var options = ConfigurationOptions.Parse(text, ignoreUnknown: false);
            return options.EndPoints.Count > 0 ? options : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Runs a script.</summary>
    public Task<RedisAnswer> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] values, TimeSpan timeout) =>
        CallAsync(script.Name, database => EvaluateAsync(database, script, keys, values), timeout);

    /// <summary>Sends a command of one slot to its master. Keys are <see cref="RedisKey"/>s, or a Redis Cluster does not find them.</summary>
    public Task<RedisAnswer> ExecuteAsync(string operation, string command, params object[] arguments) =>
        CallAsync(operation, database => database.ExecuteAsync(command, arguments, CommandFlags.DemandMaster), Options.OperationTimeout);

    /// <summary>Makes any call.</summary>
    public async Task<RedisAnswer> CallAsync(string operation, Func<IDatabase, Task<RedisResult>> call, TimeSpan timeout)
    {
        var started = _time.GetTimestamp();
        _metrics.Calling();
        var (result, failure, reason) = (default(RedisResult), RedisFailure.NotDone, "There is no connection.");
        var isSent = false;
        try
        {
            var multiplexer = await _connecting.WaitAsync(timeout, _time).ConfigureAwait(false);
            if (multiplexer.IsConnected)
            {
                isSent = true;
                result = await call(multiplexer.GetDatabase()).WaitAsync(timeout, _time).ConfigureAwait(false);
                failure = RedisFailure.None;
            }
        }
        catch (Exception e)
        {
            failure = isSent ? FailureOf(e) : RedisFailure.NotDone;
            reason = e.Message;
            if (failure == RedisFailure.Faulted)
            {
                LogFaulted(e, operation);
            }
            else if (isSent)
            {
                _topology.LookAgain(_connecting.Result);
            }
        }

        _metrics.Called(operation, failure, _time.GetElapsedTime(started));
        return new RedisAnswer(result, failure, failure == RedisFailure.None ? "" : reason);
    }

    public async ValueTask<ISubscriber> GetSubscriberAsync() => (await _connecting.ConfigureAwait(false)).GetSubscriber();

    public async ValueTask DisposeAsync()
    {
        // What hangs is ended with the process; a node that stops does not wait for it.
        await ((Task)CloseAsync().WaitAsync(CloseTimeout, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CloseAsync()
    {
        var multiplexer = await _connecting.ConfigureAwait(false);

        // What looks for servers may wait for one that hangs, until the connection to it is closed.
        var looking = _topology.DisposeAsync().AsTask();
        await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await looking.ConfigureAwait(false);
        multiplexer.Dispose();
    }

    // By its hash, because the library looks a text up by all of its characters, each time. A server that does not know the script, or has forgotten it, says NOSCRIPT and has done nothing;
    // given the text, the library sends SCRIPT LOAD to that server where it does not know better.
    private static async Task<RedisResult> EvaluateAsync(IDatabase database, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Hash, keys, values, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.Contains("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script.Text, keys, values, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }

    private static RedisFailure FailureOf(Exception exception) => exception switch
    {
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection or ConnectionFailureType.UnableToConnect } => RedisFailure.NotDone,
        RedisServerException server => IsRefusal(server.Message) ? RedisFailure.NotDone : RedisFailure.Faulted,
        // Not sent: the library still takes the server for a replica.
        RedisCommandException command when IsReplica(command.Message) => RedisFailure.NotDone,
        RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException => RedisFailure.InDoubt,
        _ => RedisFailure.Faulted,
    };

    private static bool IsReplica(string message) =>
        message.Contains("issued to a slave", StringComparison.Ordinal) || message.Contains("issued to a replica", StringComparison.Ordinal);

    // A Redis that starts, follows another one, is full or is moving slots has done nothing. The last is the library's own: it was sent elsewhere, and cannot go there.
    private static bool IsRefusal(string message)
    {
        ReadOnlySpan<string> refusals = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "NOSCRIPT", "Endpoint "];
        foreach (var refusal in refusals)
        {
            if (message.StartsWith(refusal, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        var multiplexer = await RedisAttempts.FirstAsync(
            () => ConnectionMultiplexer.ConnectAsync(configuration.Clone()), TimeSpan.FromMilliseconds(configuration.ConnectTimeout) * ConnectPatienceTimeouts, MaxAttempts,
            static late => late.Dispose(), _time).ConfigureAwait(false);
        if (RedisTopology.FaultOf(multiplexer, configuration) is { } fault)
        {
            LogUnusable(fault);
        }

        multiplexer.ConnectionFailed += (_, failure) =>
        {
            _metrics.Lost();
            LogLost(failure.FailureType);
        };
        multiplexer.ConnectionRestored += (_, _) =>
        {
            _metrics.Restored();
            LogRestored();
            Restored?.Invoke();
        };
        return multiplexer;
    }

    [LoggerMessage(6000, LogLevel.Warning, "A connection to Redis is lost: {Failure}")]
    private partial void LogLost(ConnectionFailureType failure);

    [LoggerMessage(6001, LogLevel.Information, "A connection to Redis is made again")]
    private partial void LogRestored();

    [LoggerMessage(6003, LogLevel.Error, "Gateway:Redis:Configuration cannot work: {Fault}")]
    private partial void LogUnusable(string fault);

    [LoggerMessage(6002, LogLevel.Error, "Redis cannot do {Operation}")]
    private partial void LogFaulted(Exception exception, string operation);
}
