using Gateway.Nats.Connections;
using Gateway.Nats.Diagnostics;
using Gateway.Nats.Requests;
using Gateway.Nats.Subscriptions;

namespace Gateway.Nats;

/// <summary>A connection to a NATS server or cluster that keeps itself up.</summary>
/// <remarks>
/// <para>Every member may be called from any thread. <see cref="Publish(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
/// never waits and allocates nothing: it copies into a bounded buffer that a loop of the connection's own writes to the socket, everything that waits with
/// one write. Messages come through <see cref="INatsMessageHandler"/> on the read loop, without allocation, or through a
/// <see cref="NatsMessageReader"/> that is awaited.</para>
/// <para>Promises: publishes of one thread arrive in their order, as long as they go through one server: when the connection goes on at another server of a
/// cluster, they may overtake those that are on their way from the former one to a subscriber's. None arrives twice; one that was accepted may be lost when a
/// connection breaks (at most once). What a completed <see cref="FlushAsync"/> covers has been processed by the server. Subscriptions survive a reconnect;
/// what is published while there is no connection is missed.</para>
/// </remarks>
public sealed partial class NatsConnection : IAsyncDisposable
{
    private readonly NatsOptions _options;
    private readonly ConnectionCounters _counters = new();
    private readonly GuardedObserver _observer;
    private readonly SubscriptionTable _subscriptions;
    private readonly Outbox _outbox;
    private readonly RequestInbox _inbox;
    private readonly ConnectionLoop _loop;
    private readonly ConnectionMetrics _metrics;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _running;
    private Link? _link;
    private NatsStatus _status;
    private bool _isDraining;

    /// <summary>Prepares a connection; <see cref="ConnectAsync"/> starts it. The options must not be changed afterwards.</summary>
    /// <exception cref="ArgumentException">An option cannot be; the message says which.</exception>
    /// <exception cref="FormatException">A server's address is none.</exception>
    public NatsConnection(NatsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _observer = new GuardedObserver(options.Observer);
        _subscriptions = new SubscriptionTable(_counters, _observer);
        _outbox = new Outbox(options.MaxPendingBytes, _subscriptions);
        _inbox = new RequestInbox(this, options);
        _loop = new ConnectionLoop(options, _outbox, _subscriptions, _counters, _observer, Change);
        _metrics = new ConnectionMetrics(this, options);
    }

    /// <summary>What it is doing.</summary>
    public NatsStatus Status
    {
        get
        {
            lock (_lock)
                return _status;
        }
    }

    /// <summary>The server it is connected to; null when there is none.</summary>
    public NatsServerInfo? Server
    {
        get
        {
            Link? link;
            lock (_lock)
                link = _link;
            return link is { Info: var info }
                ? new NatsServerInfo(link.Server.ToString(), info.ServerId, info.Name, info.Version, info.Cluster, info.ClientId, info.MaxPayloadBytes, info.HasHeaders)
                : null;
        }
    }

    /// <summary>The largest payload that the server takes; 0 when there is none. For those who ask with each message: unlike <see cref="Server"/> it makes nothing.</summary>
    public int MaxPayloadBytes
    {
        get
        {
            lock (_lock)
                return _link?.Info?.MaxPayloadBytes ?? 0;
        }
    }

    /// <summary>
    /// Connects, and from then on stays connected. Subscriptions and publishes made before wait for it. With
    /// <see cref="NatsReconnectOptions.RetryFirstConnect"/> it completes when a server is there at last.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting, not the connecting.</param>
    /// <exception cref="NatsException">No server let us in. It may be called again.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_status == NatsStatus.Closed)
                return Task.FromException(new NatsException(ClosedError));
            _running ??= Task.Run(RunAsync, CancellationToken.None);
            return _connected.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What it has done so far.</summary>
    public NatsStatistics GetStatistics() => new()
    {
        PublishedMessages = _outbox.PublishedMessages,
        PublishedBytes = _outbox.PublishedBytes,
        RefusedMessages = _outbox.RefusedMessages,
        UnconfirmedMessages = _outbox.UnconfirmedMessages,
        PendingMessages = _outbox.PendingMessages,
        PendingBytes = _outbox.PendingBytes,
        ReceivedMessages = _counters.ReceivedMessages,
        ReceivedBytes = _counters.ReceivedBytes,
        DroppedMessages = _counters.DroppedMessages,
        Writes = _counters.Writes,
        Reconnects = _counters.Reconnects,
        Errors = _counters.Errors,
        HandlerStalls = _counters.Stalls,
        HandlerFaults = _counters.HandlerFaults,
        PendingRequests = _inbox.PendingCount,
        Subscriptions = _subscriptions.Count,
    };

    /// <summary>
    /// Brings everything under way to its end and closes: subscriptions end at the server and what it had sent is delivered; then publishes are refused, and
    /// those that wait are sent and processed. Closes after <see cref="NatsOptions.DrainTimeout"/> in any case.
    /// </summary>
    /// <exception cref="NatsException">It did not come to its end: the connection was lost, or it took too long. It is closed all the same.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_status == NatsStatus.Closed || _isDraining)
                return;
            _isDraining = true;
        }

        SetStatus(NatsStatus.Draining, null, null);
        try
        {
            foreach (var subscription in _subscriptions.All)
                _outbox.Unsubscribe(subscription, 0, forget: false);
            await FlushWithinAsync(_options.DrainTimeout, cancellationToken).ConfigureAwait(false);
            foreach (var subscription in _subscriptions.All)
                subscription.Unsubscribe();
            _outbox.StopPublishes();
            await FlushWithinAsync(_options.DrainTimeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes at once. What waits to be sent is given up; <see cref="DrainAsync"/> sends it.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            running = _running;
            if (_status == NatsStatus.Closed)
                return;
            _status = NatsStatus.Closed;
            _link = null;
            _connected.TrySetException(new NatsException(ClosedError));
            _ = _connected.Task.Exception;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (running is not null)
            await running.ConfigureAwait(false);
        _outbox.Close(ClosedError);
        foreach (var subscription in _subscriptions.All)
        {
            _subscriptions.Remove(subscription);
            subscription.EndWithConnection();
        }

        _metrics.Dispose();
        _closing.Dispose();
        _observer.OnStatus(NatsStatus.Closed, server: null, ClosedError);
    }

    private static NatsError ClosedError => new(NatsErrorCode.Closed, "The connection is closed.");

    private async Task RunAsync()
    {
        try
        {
            await _loop.RunAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Closed by its owner, who awaits this.
        }
        catch (Exception exception)
        {
            // What servers did wrong has been told, each on its own.
            if (exception is not NatsException)
                _observer.OnError(new NatsError(NatsErrorCode.ClientFault, "The connection's loop failed.") { Cause = exception });
            lock (_lock)
            {
                _connected.TrySetException(exception);
                _ = _connected.Task.Exception;
                if (_status == NatsStatus.Closed)
                    return;
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _running = null;
            }
        }
    }

    private async Task FlushWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            if (await _outbox.FlushAsync().WaitAsync(limit, _options.TimeProvider, cancellationToken).ConfigureAwait(false) is { } error)
                NatsException.Throw(error);
        }
        catch (TimeoutException exception)
        {
            throw new NatsException(new NatsError(NatsErrorCode.DrainTimeout, $"The drain did not end within {limit}.") { Cause = exception });
        }
    }

    /// <summary>Called by the loop.</summary>
    private void Change(NatsStatus status, Link? link, NatsError? cause)
    {
        lock (_lock)
        {
            if (_status == NatsStatus.Closed)
                return;
            _link = link;
            if (link is not null)
                _connected.TrySetResult();
            if (_isDraining)
                return;
        }

        SetStatus(status, link?.Server.ToString(), cause);
    }

    private void SetStatus(NatsStatus status, string? server, NatsError? cause)
    {
        lock (_lock)
        {
            if (_status == NatsStatus.Closed)
                return;
            _status = status;
        }

        _observer.OnStatus(status, server, cause);
    }
}
