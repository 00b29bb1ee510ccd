using System.Runtime.CompilerServices;

namespace Gateway.Nats.Connections;

/// <summary>The write loop, and the watch over the connection.</summary>
internal sealed partial class Link
{
    private readonly List<TaskCompletionSource<NatsError?>> _flushes = [];
    private List<Chunk> _batch = [];
    private int _writtenChunks;
    private int _ended;
    private int _retires;
    private int _owesPong;
    private int _pingIsDue;
    private long _writeStarted;
    private long _lastPing;
    private long _readsAtPing;
    private int _silentPings;

    private async Task WriteAsync()
    {
        try
        {
            while (Volatile.Read(ref _ended) == 0)
            {
                var retires = Volatile.Read(ref _retires) != 0;
                if (Take(retires))
                {
                    await WriteBatchAsync().ConfigureAwait(false);
                    if (!retires)
                        continue;
                }

                if (retires)
                    break;
                await _outbox.Wake.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            End(Error(NatsErrorCode.ConnectionLost, "The connection broke while sending.", exception));
        }

        catch (Exception exception)
        {
            End(Error(NatsErrorCode.ClientFault, "The write loop failed.", exception));
        }

        if (Volatile.Read(ref _ended) == 0)
            await _retired.Task.ConfigureAwait(false);
    }

    /// <summary>Takes what waits; false when that is nothing.</summary>
    private bool Take(bool retires)
    {
        _batch.Clear();
        _writtenChunks = 0;
        var ping = Interlocked.Exchange(ref _pingIsDue, 0) != 0;
        var pong = Interlocked.Exchange(ref _owesPong, 0) != 0;
        if (_outbox.Take(ref _batch, _flushes, ping, pong, retires))
            _pongs.Expect(_flushes, isLast: retires);
        _flushes.Clear();
        return _batch.Count > 0;
    }

    // Pooled: it is awaited once per batch, and a batch may be one message.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteBatchAsync()
    {
        while (_writtenChunks < _batch.Count)
        {
            var chunk = _batch[_writtenChunks];
            Volatile.Write(ref _writeStarted, _options.TimeProvider.GetTimestamp());
            await _transport.Stream.WriteAsync(chunk.Written).ConfigureAwait(false);
            Volatile.Write(ref _writeStarted, 0);
            _counters.CountWrite();
            _outbox.Written(chunk);
            _writtenChunks++;
        }
    }

    /// <summary>Looks at the connection a few times per interval, on a timer's thread.</summary>
    private void Watch()
    {
        var time = _options.TimeProvider;
        var started = Volatile.Read(ref _writeStarted);
        if (started != 0 && time.GetElapsedTime(started) > _options.WriteTimeout)
            End(Error(NatsErrorCode.WriteTimeout, $"The server has not taken what was sent to it for {_options.WriteTimeout}."));

        var now = time.GetTimestamp();
        if (_lastPing != 0 && time.GetElapsedTime(_lastPing, now) < _options.PingInterval)
            return;
        _lastPing = now;
        _outbox.Trim();

        // Whatever the server sends is a sign of life: its PONG may stand behind much else. And while a write is under way the PING at the end of its
        // batch may not have been sent; that is the write time-out's to judge.
        var reads = Volatile.Read(ref _reads);
        _silentPings = reads == _readsAtPing && started == 0 && _pongs.Count > 0 ? _silentPings + 1 : 0;
        _readsAtPing = reads;
        if (_silentPings > _options.MaxPingsOutstanding)
        {
            End(Error(NatsErrorCode.PingTimeout, $"The server has left {_silentPings} pings unanswered."));
            return;
        }

        Volatile.Write(ref _pingIsDue, 1);
        _outbox.Wake.Set();
    }
}
