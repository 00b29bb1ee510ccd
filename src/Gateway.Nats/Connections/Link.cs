using System.Threading;
using Gateway.Nats.Diagnostics;
using Gateway.Nats.Protocol;
using Gateway.Nats.Subscriptions;

namespace Gateway.Nats.Connections;

/// <summary>One connection from the moment the server lets it in to its end: a read loop, a write loop, and a watch over both.</summary>
/// <remarks>
/// The write loop alone writes, the read loop alone reads and delivers. What they share: the pongs that are awaited (<see cref="PongQueue"/>), and the flags
/// below, each written by one and read by the other.
/// </remarks>
internal sealed partial class Link : IDisposable
{
    private readonly Transport _transport;
    private readonly Outbox _outbox;
    private readonly SubscriptionTable _subscriptions;
    private readonly ServerPool _pool;
    private readonly ConnectionCounters _counters;
    private readonly INatsObserver _observer;
    private readonly NatsOptions _options;
    private readonly PongQueue _pongs = new();
    private readonly TaskCompletionSource _lameDuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NatsError? _end;

    public Link(
        Transport transport, Outbox outbox, SubscriptionTable subscriptions, ServerPool pool, ConnectionCounters counters, INatsObserver observer, NatsOptions options)
    {
        _transport = transport;
        _outbox = outbox;
        _subscriptions = subscriptions;
        _pool = pool;
        _counters = counters;
        _observer = observer;
        _options = options;
        Info = transport.Info;
        if (Info.IsLameDuck)
            _lameDuck.SetResult();
    }

    public ServerInfo Info { get; private set; }

    public ServerAddress Server => _transport.Server;

    /// <summary>Completes when the server says that it will shut down.</summary>
    public Task LameDuck => _lameDuck.Task;

    /// <summary>Runs both loops until the connection ends, and gives back what was not sent.</summary>
    /// <returns>How it ended.</returns>
    public async Task<NatsError> RunAsync()
    {
        var dropped = _outbox.Attach(Info);
        if (dropped > 0)
            _observer.OnError(Error(NatsErrorCode.PendingMessageDropped, $"{dropped} messages that waited are larger than this server allows and were dropped."));
        _pool.Learn(Info, Server);

        var period = TimeSpan.FromTicks(Math.Min(_options.PingInterval.Ticks, _options.WriteTimeout.Ticks) / 4);
        var watch = _options.TimeProvider.CreateTimer(static link => ((Link)link!).Watch(), this, period, period);
        await using (watch.ConfigureAwait(false))
        {
            var reading = ReadAsync();
            var writing = WriteAsync();
            await Task.WhenAny(reading, writing).ConfigureAwait(false);
            End(null);
            await Task.WhenAll(reading, writing).ConfigureAwait(false);
        }

        var end = _end ?? Error(NatsErrorCode.ConnectionLost, "The server closed the connection.");
        _outbox.Detach(_batch, _writtenChunks, end, _isLeftInGoodOrder);
        _pongs.Fail(end);
        return end;
    }

    /// <summary>
    /// Leaves the server in good order: sends all that waits, ends the subscriptions, and completes when the server has answered that it has processed that,
    /// with everything delivered that it had sent before. What is published from now on waits for the next connection.
    /// </summary>
    public void Retire()
    {
        Volatile.Write(ref _retires, 1);
        _outbox.Wake.Set();
    }

    /// <summary>Ends the connection. The first reason counts; null for none of ours.</summary>
    public void End(NatsError? reason)
    {
        if (reason is not null)
            Interlocked.CompareExchange(ref _end, reason, null);
        Volatile.Write(ref _ended, 1);
        _transport.Abort();
        _outbox.Wake.Set();
    }

    public void Dispose() => _transport.Dispose();

    private NatsError Error(NatsErrorCode code, string text, Exception? cause = null) => new(code, text) { Server = Server.ToString(), Cause = cause };
}
