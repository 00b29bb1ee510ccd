using Gateway.Nats.Protocol;
using Gateway.Nats.Subscriptions;

namespace Gateway.Nats.Connections;

/// <summary>
/// What waits to be sent. Any thread appends under a lock that is held for a copy and never across I/O; one write loop takes everything at once, so that
/// what gathered during a write goes out with the next one.
/// </summary>
/// <remarks>
/// <para>It outlives connections. While there is none, publishes gather here up to the same bound. What was handed to a socket is never sent again (at
/// most once); what had not been handed over when a connection broke is the first thing the next one sends.</para>
/// <para>Subscribing and unsubscribing change the table and append their line under the same lock, so that a new connection, which writes all
/// subscriptions of the table first, misses none. They are not held to the bound: their number is the caller's subscriptions.</para>
/// <para>Hot path; benchmarked by NatsPublishBenchmarks.</para>
/// </remarks>
internal sealed class Outbox(long maxPendingBytes, SubscriptionTable subscriptions)
{
    // Always kept for reuse: 1 MiB. What bursts need beyond that is given back once it has not been needed for a while.
    private const int KeptChunks = 16;

    private readonly Lock _lock = new();
    private readonly Stack<Chunk> _free = new(KeptChunks);

    // As many as there can be: the last chunk of what is being written, and of what waits, may be almost empty.
    private readonly long _maxFreeChunks = KeptChunks + (maxPendingBytes / Chunk.UsualBytes);
    private int _leastFreeChunks;
    private List<Chunk> _waiting = [];
    private List<Chunk> _restoring = [];
    private List<TaskCompletionSource<NatsError?>> _flushes = [];
    private bool _isAttached;
    private bool _isClosed;
    private bool _acceptsPublishes = true;
    private int _maxMessageBytes = new ServerInfo().MaxPayloadBytes;
    private bool _hasHeaders = true;
    private long _pendingBytes;
    private long _pendingMessages;
    private long _publishedMessages;
    private long _publishedBytes;
    private long _refusedMessages;
    private long _unconfirmedMessages;

    /// <summary>Wakes the write loop.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>What waits or is being written.</summary>
    public long PendingBytes => Volatile.Read(ref _pendingBytes);

    public long PendingMessages => Volatile.Read(ref _pendingMessages);

    public long PublishedMessages => Volatile.Read(ref _publishedMessages);

    /// <summary>Headers and payloads.</summary>
    public long PublishedBytes => Volatile.Read(ref _publishedBytes);

    /// <summary>Publishes that were answered <see cref="NatsPublishResult.Full"/>.</summary>
    public long RefusedMessages => Volatile.Read(ref _refusedMessages);

    /// <summary>Messages of writes that broke, of which nobody knows whether they arrived, and those given up when the connection was closed.</summary>
    public long UnconfirmedMessages => Volatile.Read(ref _unconfirmedMessages);

    internal int FreeChunkCount => _free.Count;

    public NatsPublishResult Publish(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        if ((long)headers.Length + payload.Length > int.MaxValue / 2)
            return NatsPublishResult.PayloadTooLarge;
        var messageBytes = headers.Length + payload.Length;
        var length = ProtocolWriter.PublishLength(subject.Length, replyTo.Length, headers.Length, payload.Length);
        if (length - messageBytes > ProtocolWriter.MaxControlLineBytes)
            return NatsPublishResult.InvalidSubject;
        lock (_lock)
        {
            if (!_acceptsPublishes)
                return NatsPublishResult.Closed;
            if (messageBytes > _maxMessageBytes)
                return NatsPublishResult.PayloadTooLarge;
            if (!headers.IsEmpty && !_hasHeaders)
                return NatsPublishResult.HeadersNotSupported;
            if (_pendingBytes + length > maxPendingBytes)
            {
                _refusedMessages++;
                return NatsPublishResult.Full;
            }

            var chunk = ChunkFor(length, isControl: false);
            ProtocolWriter.WritePublish(chunk.Take(length), subject, replyTo, headers, payload);
            chunk.CountMessage(messageBytes);
            _pendingBytes += length;
            _pendingMessages++;
            _publishedMessages++;
            _publishedBytes += messageBytes;
        }

        Wake.Set();
        return NatsPublishResult.Accepted;
    }

    /// <summary>False when closed.</summary>
    public bool Subscribe(NatsSubscription subscription)
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            subscriptions.Add(subscription);
            if (_isAttached)
                WriteSubscribe(subscription, isControl: false);
        }

        Wake.Set();
        return true;
    }

    /// <summary>Ends a subscription at the server.</summary>
    /// <param name="subscription">Whose.</param>
    /// <param name="maxMessages">After how many messages in all; 0 for at once.</param>
    /// <param name="forget">Whether nothing more is to be delivered from now on.</param>
    public void Unsubscribe(NatsSubscription subscription, long maxMessages, bool forget)
    {
        lock (_lock)
        {
            if (forget)
                subscriptions.Remove(subscription);
            if (_isAttached)
                WriteUnsubscribe(subscription.Id, maxMessages, isControl: false);
        }

        Wake.Set();
    }

    /// <summary>
    /// Completes with null when the server has answered a ping that followed everything appended before this call; with an error when that connection ends.
    /// </summary>
    public Task<NatsError?> FlushAsync()
    {
        var flushed = new TaskCompletionSource<NatsError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isClosed)
                return Task.FromResult<NatsError?>(new NatsError(NatsErrorCode.Closed, "The connection is closed."));
            _flushes.Add(flushed);
        }

        Wake.Set();
        return flushed.Task;
    }

    /// <summary>Gives the outbox to a new connection: all subscriptions go first, then what waited.</summary>
    /// <returns>How many waiting messages were dropped, as larger than this server allows.</returns>
    public int Attach(ServerInfo server)
    {
        var dropped = 0;
        lock (_lock)
        {
            SetServerCore(server);
            foreach (var chunk in _waiting)
            {
                if (chunk.LargestMessageBytes <= _maxMessageBytes)
                    continue;
                var before = chunk.Length;
                dropped += chunk.RemoveLargerThan(_maxMessageBytes);
                _pendingBytes -= before - chunk.Length;
            }

            _pendingMessages -= dropped;
            var kept = _waiting;
            _waiting = _restoring;
            foreach (var subscription in subscriptions.All)
                WriteSubscribe(subscription, isControl: true);
            _waiting.AddRange(kept);
            kept.Clear();
            _restoring = kept;
            _isAttached = true;
        }

        Wake.Set();
        return dropped;
    }

    /// <summary>What INFO said anew while connected.</summary>
    public void SetServer(ServerInfo server)
    {
        lock (_lock)
            SetServerCore(server);
    }

    /// <summary>
    /// Takes all that waits into an empty batch, with control operations at its end. Only the write loop calls it; it gives every chunk back through
    /// <see cref="Written"/> or <see cref="Detach"/>.
    /// </summary>
    /// <param name="batch">Becomes what the outbox fills next.</param>
    /// <param name="flushes">Gets those who wait for the PONG to this batch.</param>
    /// <param name="ping">Whether the batch is to end with a PING in any case.</param>
    /// <param name="pong">Whether the server is owed a PONG.</param>
    /// <param name="retire">Whether this connection is to be left in good order: all its subscriptions end with this batch.</param>
    /// <returns>Whether there is a PING at the end.</returns>
    public bool Take(ref List<Chunk> batch, List<TaskCompletionSource<NatsError?>> flushes, bool ping, bool pong, bool retire)
    {
        lock (_lock)
        {
            if (retire)
            {
                foreach (var subscription in subscriptions.All)
                    WriteUnsubscribe(subscription.Id, 0, isControl: true);
                _isAttached = false;
            }

            ping |= retire || _flushes.Count > 0;
            if (ping || pong)
            {
                var last = _waiting.Count > 0 ? _waiting[^1] : ChunkFor(0, isControl: true);
                if (pong)
                    last.AppendControl(ProtocolWriter.Pong);
                if (ping)
                    last.AppendControl(ProtocolWriter.Ping);
            }

            (batch, _waiting) = (_waiting, batch);
            flushes.AddRange(_flushes);
            _flushes.Clear();
            return ping;
        }
    }

    /// <summary>A chunk has been handed to the socket.</summary>
    public void Written(Chunk chunk)
    {
        lock (_lock)
        {
            Forget(chunk);
            Recycle(chunk);
        }
    }

    /// <summary>
    /// The connection has ended: the chunk whose write broke is given up, those behind it wait for the next connection. Flushes fail, as what they wait for
    /// may be lost, unless the connection was left in good order.
    /// </summary>
    /// <param name="batch">What was taken last.</param>
    /// <param name="written">How many of its chunks were given back through <see cref="Written"/>.</param>
    /// <param name="error">How the connection ended.</param>
    /// <param name="inGoodOrder">Whether the server had processed everything that was taken.</param>
    public void Detach(List<Chunk> batch, int written, NatsError error, bool inGoodOrder)
    {
        List<TaskCompletionSource<NatsError?>> flushes = [];
        lock (_lock)
        {
            _isAttached = false;
            if (!inGoodOrder)
                (flushes, _flushes) = (_flushes, flushes);
            if (written < batch.Count && !_isClosed)
                _unconfirmedMessages += batch[written].MessageCount;

            // What has been appended since lies behind what is restored.
            var kept = _restoring;
            for (var i = written; i < batch.Count; i++)
            {
                batch[i].RemoveControl();
                Restore(batch[i], kept, isLost: i == written);
            }

            foreach (var chunk in _waiting)
                Restore(chunk, kept, isLost: false);
            _waiting.Clear();
            (_waiting, _restoring) = (kept, _waiting);
        }

        foreach (var flush in flushes)
            flush.TrySetResult(error);
    }

    /// <summary>Gives memory back that has not been needed since the last call. Called now and then.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            for (var i = Math.Min(_leastFreeChunks, _free.Count - KeptChunks); i > 0; i--)
                _free.Pop();
            _leastFreeChunks = _free.Count;
        }
    }

    /// <summary>Takes no more publishes; what waits is still sent.</summary>
    public void StopPublishes()
    {
        lock (_lock)
            _acceptsPublishes = false;
    }

    /// <summary>The end: what waits is given up.</summary>
    /// <returns>How many messages that were.</returns>
    public long Close(NatsError error)
    {
        List<TaskCompletionSource<NatsError?>> flushes;
        long dropped;
        lock (_lock)
        {
            _acceptsPublishes = false;
            _isClosed = true;
            _isAttached = false;
            dropped = _pendingMessages;
            _unconfirmedMessages += dropped;
            _pendingMessages = 0;
            _pendingBytes = 0;
            _waiting.Clear();
            _free.Clear();
            (flushes, _flushes) = (_flushes, []);
        }

        foreach (var flush in flushes)
            flush.TrySetResult(error);
        return dropped;
    }

    private void SetServerCore(ServerInfo server)
    {
        _maxMessageBytes = server.MaxPayloadBytes;
        _hasHeaders = server.HasHeaders;
    }

    private void WriteSubscribe(NatsSubscription subscription, bool isControl)
    {
        var names = subscription.SubjectBytes.Length + subscription.QueueGroupBytes.Length;
        var line = new byte[names + ProtocolWriter.MaxSubscribeOverheadBytes];
        var length = ProtocolWriter.WriteSubscribe(line, subscription.SubjectBytes, subscription.QueueGroupBytes, subscription.Id);
        Append(line.AsSpan(0, length), isControl);
        if (subscription.RemainingMessages is { } remaining)
            WriteUnsubscribe(subscription.Id, Math.Max(remaining, 1), isControl);
    }

    private void WriteUnsubscribe(long id, long maxMessages, bool isControl)
    {
        Span<byte> line = stackalloc byte[ProtocolWriter.MaxUnsubscribeBytes];
        Append(line[..ProtocolWriter.WriteUnsubscribe(line, id, maxMessages)], isControl);
    }

    private void Append(ReadOnlySpan<byte> operation, bool isControl)
    {
        operation.CopyTo(ChunkFor(operation.Length, isControl).Take(operation.Length));
        _pendingBytes += operation.Length;
    }

    private Chunk ChunkFor(int bytes, bool isControl)
    {
        if (_waiting.Count > 0 && _waiting[^1].IsControl == isControl && _waiting[^1].HasRoomFor(bytes))
            return _waiting[^1];
        var needed = bytes + Chunk.ControlBytes;
        var chunk = needed > Chunk.UsualBytes ? new Chunk(needed) : _free.TryPop(out var free) ? free : new Chunk(Chunk.UsualBytes);
        _leastFreeChunks = Math.Min(_leastFreeChunks, _free.Count);
        chunk.IsControl = isControl;
        _waiting.Add(chunk);
        return chunk;
    }

    private void Forget(Chunk chunk)
    {
        if (_isClosed)
            return;
        chunk.RemoveControl();
        _pendingBytes -= chunk.Length;
        _pendingMessages -= chunk.MessageCount;
    }

    private void Restore(Chunk chunk, List<Chunk> kept, bool isLost)
    {
        if (isLost || chunk.IsControl)
            Forget(chunk);
        else if (!_isClosed)
            kept.Add(chunk);
    }

    private void Recycle(Chunk chunk)
    {
        if (!chunk.IsUsualSize || _free.Count >= _maxFreeChunks)
            return;
        chunk.Clear();
        _free.Push(chunk);
    }
}
