using Gateway.Nats.Diagnostics;
using Gateway.Nats.Subscriptions;

namespace Gateway.Nats.Connections;

/// <summary>Keeps a connection up: finds a server, runs the link to its end, finds the next. One loop, which its owner awaits.</summary>
internal sealed class ConnectionLoop
{
    private readonly NatsOptions _options;
    private readonly Outbox _outbox;
    private readonly SubscriptionTable _subscriptions;
    private readonly ConnectionCounters _counters;
    private readonly INatsObserver _observer;
    private readonly Action<NatsStatus, Link?, NatsError?> _changed;
    private readonly ServerPool _pool;
    private readonly Dialer _dialer;
    private readonly Backoff _backoff;
    private bool _hasConnected;
    private int _quickEnds;

    /// <param name="options">How.</param>
    /// <param name="outbox">What is sent.</param>
    /// <param name="subscriptions">What is delivered.</param>
    /// <param name="counters">Counts.</param>
    /// <param name="observer">Is told; does not throw.</param>
    /// <param name="changed">Called by the loop when there is a link, and when there is none any more.</param>
    public ConnectionLoop(
        NatsOptions options, Outbox outbox, SubscriptionTable subscriptions, ConnectionCounters counters, INatsObserver observer,
        Action<NatsStatus, Link?, NatsError?> changed)
    {
        _options = options;
        _outbox = outbox;
        _subscriptions = subscriptions;
        _counters = counters;
        _observer = observer;
        _changed = changed;
        _pool = new ServerPool(options.Servers, options.RandomizeServers, options.UseDiscoveredServers);
        _dialer = new Dialer(options);
        _backoff = new Backoff(options.Reconnect, Random.Shared);
    }

    /// <summary>Runs until closing.</summary>
    /// <exception cref="NatsException">No server let us in at first, and the options say that this is the end.</exception>
    /// <exception cref="OperationCanceledException">It is closing.</exception>
    public async Task RunAsync(CancellationToken closing)
    {
        Transport? next = null;
        while (true)
        {
            next ??= await FindAsync(closing).ConfigureAwait(false);
            _hasConnected = true;
            using var link = new Link(next, _outbox, _subscriptions, _pool, _counters, _observer, _options);
            next = await RunAsync(link, closing).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a link to its end. Returns the connection to go on with, when the server asked us to leave and another one has been found.</summary>
    private async Task<Transport?> RunAsync(Link link, CancellationToken closing)
    {
        _pool.Use(link.Server);
        _counters.CountConnect();
        var started = _options.TimeProvider.GetTimestamp();
        using var close = closing.UnsafeRegister(
            static link => ((Link)link!).End(new NatsError(NatsErrorCode.Closed, "The connection was closed by its owner.")), link);
        var running = link.RunAsync();
        _changed(NatsStatus.Connected, link, null);
        Transport? next = null;
        if (await Task.WhenAny(running, link.LameDuck).ConfigureAwait(false) != running)
            next = await MoveAsync(link, running, closing).ConfigureAwait(false);
        var end = await running.ConfigureAwait(false);
        if (_options.TimeProvider.GetElapsedTime(started) >= _options.Reconnect.MaxDelay)
        {
            _quickEnds = 0;
            _backoff.Reset();
        }
        else
        {
            _quickEnds++;
        }

        if (!closing.IsCancellationRequested)
            _changed(NatsStatus.Reconnecting, null, end);
        return next;
    }

    /// <summary>
    /// Finds another server while the old one still serves, and then leaves the old one: what we published is processed there before the new one gets
    /// anything, so nothing is lost. Order is kept on the way through each server; between the two nobody keeps it. What others publish between the end
    /// of the old subscriptions and the start of the new ones (about a round trip) is missed: at most once, never twice.
    /// </summary>
    private async Task<Transport?> MoveAsync(Link link, Task running, CancellationToken closing)
    {
        Transport? other = null;
        var backoff = new Backoff(_options.Reconnect, Random.Shared);
        while (true)
        {
            other = await FindOtherAsync(link, closing).ConfigureAwait(false);
            if (other is not null || running.IsCompleted)
                break;
            await Task.WhenAny(running, Task.Delay(backoff.Next(), _options.TimeProvider, closing)).ConfigureAwait(false);
        }

        link.Retire();
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _options.TimeProvider);
        using var end = limit.Token.UnsafeRegister(
            static link => ((Link)link!).End(new NatsError(NatsErrorCode.LameDuck, "The server that shuts down did not answer in time; the client has left it.")), link);
        await running.ConfigureAwait(false);
        return other;
    }

    /// <summary>One round over the servers beside the one that shuts down; null when none of them will stay, or when closing, which ends the link by itself.</summary>
    private async Task<Transport?> FindOtherAsync(Link link, CancellationToken closing)
    {
        foreach (var server in _pool.Round().Where(each => !each.IsSamePlace(link.Server)))
        {
            try
            {
                var other = await _dialer.ConnectAsync(server, closing).ConfigureAwait(false);
                if (!other.Info.IsLameDuck)
                    return other;
                other.Dispose();
            }
            catch (NatsException exception)
            {
                _observer.OnError(exception.Error);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<Transport> FindAsync(CancellationToken closing)
    {
        // A server that lets us in and drops us at once must not be stormed.
        if (_quickEnds > 1)
            await WaitAsync(closing).ConfigureAwait(false);
        while (true)
        {
            NatsException? last = null;
            foreach (var server in _pool.Round())
            {
                try
                {
                    return await _dialer.ConnectAsync(server, closing).ConfigureAwait(false);
                }
                catch (NatsException exception)
                {
                    last = exception;
                    _observer.OnError(exception.Error);
                }
            }

            if (!_hasConnected && !_options.Reconnect.RetryFirstConnect)
                throw last!;
            await WaitAsync(closing).ConfigureAwait(false);
        }
    }

    private Task WaitAsync(CancellationToken closing) => Task.Delay(_backoff.Next(), _options.TimeProvider, closing);
}
