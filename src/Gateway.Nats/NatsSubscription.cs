using System.Text;
using Gateway.Nats.Connections;

namespace Gateway.Nats;

/// <summary>A subscription. It outlives connections: a new one has it from its beginning.</summary>
/// <remarks>The read loop delivers; everything else may be called from any thread.</remarks>
public sealed class NatsSubscription
{
    private readonly Outbox _outbox;
    private readonly INatsMessageHandler _handler;
    private long _maxMessages;
    private long _delivered;
    private long _dropped;
    private int _ended;

    internal NatsSubscription(Outbox outbox, long id, byte[] subject, byte[] queueGroup, long maxMessages, INatsMessageHandler handler)
    {
        _maxMessages = maxMessages;
        _outbox = outbox;
        Id = id;
        SubjectBytes = subject;
        QueueGroupBytes = queueGroup;
        _handler = handler;
    }

    /// <summary>Its number on the wire.</summary>
    public long Id { get; }

    /// <summary>What is subscribed to, wildcards and all.</summary>
    public string Subject => Encoding.UTF8.GetString(SubjectBytes);

    /// <summary>The group that shares the messages: each goes to one member. Null for none.</summary>
    public string? QueueGroup => QueueGroupBytes.Length == 0 ? null : Encoding.UTF8.GetString(QueueGroupBytes);

    /// <summary>Messages handed to the handler.</summary>
    public long DeliveredCount => Volatile.Read(ref _delivered);

    /// <summary>Messages that the reader of this subscription had no room for.</summary>
    public long DroppedCount => Volatile.Read(ref _dropped);

    /// <summary>Whether it has not ended.</summary>
    public bool IsActive => Volatile.Read(ref _ended) == 0;

    internal byte[] SubjectBytes { get; }

    internal byte[] QueueGroupBytes { get; }

    /// <summary>How many messages a new connection is to deliver; null for no end.</summary>
    internal long? RemainingMessages => Volatile.Read(ref _maxMessages) is > 0 and var max ? max - DeliveredCount : null;

    /// <summary>Ends it at once: what is under way is not delivered any more.</summary>
    public void Unsubscribe()
    {
        if (TryEnd())
            _outbox.Unsubscribe(this, 0, forget: true);
    }

    /// <summary>Ends it after so many messages in all, counted from its beginning. At once when there have been as many.</summary>
    public void UnsubscribeAfter(long maxMessages)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        Volatile.Write(ref _maxMessages, maxMessages);
        if (DeliveredCount >= maxMessages)
            Unsubscribe();
        else if (IsActive)
            _outbox.Unsubscribe(this, maxMessages, forget: false);
    }

    /// <summary>Ends it without losing what the server has sent: completes when all of that has been given to the handler.</summary>
    /// <exception cref="NatsException">The connection was lost meanwhile; the subscription has ended all the same.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        if (!IsActive)
            return;
        _outbox.Unsubscribe(this, 0, forget: false);
        try
        {
            if (await _outbox.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is { } error)
                NatsException.Throw(error);
        }
        finally
        {
            Unsubscribe();
        }
    }

    internal void Deliver(in NatsMessage message)
    {
        if (!IsActive)
            return;
        var delivered = _delivered + 1;
        Volatile.Write(ref _delivered, delivered);
        var max = Volatile.Read(ref _maxMessages);
        if (max == 0 || delivered < max)
        {
            _handler.OnMessage(message);
            return;
        }

        // A server that joined late counts from its own beginning, so the last one is ours to find; one too many is never delivered.
        try
        {
            if (delivered == max)
                _handler.OnMessage(message);
        }
        finally
        {
            Unsubscribe();
        }
    }

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    /// <summary>The connection is over.</summary>
    internal void EndWithConnection() => TryEnd();

    private bool TryEnd()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;
        _handler.OnEnded(this);
        return true;
    }
}
