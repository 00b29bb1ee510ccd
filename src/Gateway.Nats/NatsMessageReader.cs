using System.Threading.Channels;
using Gateway.Nats.Diagnostics;

namespace Gateway.Nats;

/// <summary>A subscription whose messages are awaited one after the other; ends when the subscription does and everything has been read.</summary>
/// <remarks>Any number of readers share the messages. What waits is bounded by count and bytes; see <see cref="NatsFullPolicy"/>.</remarks>
public sealed class NatsMessageReader : IAsyncEnumerable<NatsReceivedMessage>, INatsMessageHandler, IAsyncDisposable
{
    private readonly Channel<(NatsReceivedMessage Message, int Bytes)> _channel = Channel.CreateUnbounded<(NatsReceivedMessage, int)>();
    private readonly NatsReaderOptions _options;
    private readonly ConnectionCounters _counters;
    private readonly INatsObserver _observer;
    private int _pendingMessages;
    private long _pendingBytes;
    private bool _isSlow;

    internal NatsMessageReader(NatsReaderOptions options, ConnectionCounters counters, INatsObserver observer)
    {
        _options = options;
        _counters = counters;
        _observer = observer;
    }

    /// <summary>Its subscription, with its counts.</summary>
    public NatsSubscription Subscription { get; internal set; } = null!;

    /// <summary>Messages that wait to be read.</summary>
    public int PendingCount => Volatile.Read(ref _pendingMessages);

    /// <summary>The next message, if one waits.</summary>
    public bool TryRead(out NatsReceivedMessage? message)
    {
        if (!_channel.Reader.TryRead(out var entry))
        {
            message = null;
            return false;
        }

        Release(entry.Bytes);
        message = entry.Message;
        return true;
    }

    /// <summary>The next message; null when the subscription has ended and all has been read.</summary>
    public async ValueTask<NatsReceivedMessage?> ReadAsync(CancellationToken cancellationToken = default)
    {
        NatsReceivedMessage? message;
        while (!TryRead(out message))
        {
            if (!await _channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }

        return message;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<NatsReceivedMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
            yield return message;
    }

    /// <summary>Ends the subscription; what waits can still be read.</summary>
    public ValueTask DisposeAsync()
    {
        Subscription.Unsubscribe();
        return ValueTask.CompletedTask;
    }

    void INatsMessageHandler.OnMessage(in NatsMessage message)
    {
        var bytes = message.Headers.Length + message.Payload.Length;
        while (Volatile.Read(ref _pendingMessages) >= _options.MaxPendingMessages || Volatile.Read(ref _pendingBytes) + bytes > _options.MaxPendingBytes)
        {
            if (_options.FullPolicy == NatsFullPolicy.DropNewest || !_channel.Reader.TryRead(out var oldest))
            {
                CountDropped();
                return;
            }

            Release(oldest.Bytes);
            CountDropped();
        }

        if (_isSlow && Volatile.Read(ref _pendingMessages) <= _options.MaxPendingMessages / 2 && Volatile.Read(ref _pendingBytes) <= _options.MaxPendingBytes / 2)
            _isSlow = false;
        Interlocked.Increment(ref _pendingMessages);
        Interlocked.Add(ref _pendingBytes, bytes);
        if (!_channel.Writer.TryWrite((message.ToReceived(), bytes)))
            Release(bytes);
    }

    void INatsMessageHandler.OnEnded(NatsSubscription subscription) => _channel.Writer.TryComplete();

    private void Release(int bytes)
    {
        Interlocked.Decrement(ref _pendingMessages);
        Interlocked.Add(ref _pendingBytes, -bytes);
    }

    private void CountDropped()
    {
        Subscription.CountDropped();
        _counters.CountDropped();
        if (_isSlow)
            return;
        _isSlow = true;
        _observer.OnSlowSubscriber(Subscription);
    }
}
