using System.Buffers;
using System.Text;
using Gateway.Nats.Protocol;

namespace Gateway.Nats;

/// <summary>Publish, subscribe, request.</summary>
public sealed partial class NatsConnection
{
    // Longer than any subject a server takes; a longer string is refused before it is encoded.
    private const int MaxSubjectBytes = ProtocolWriter.MaxControlLineBytes;

    /// <summary>
    /// Publishes a message: copies it into what waits to be sent and returns. Never waits for the network, allocates nothing, may be called from any
    /// thread. While there is no connection it waits for the next one, within the same bound.
    /// </summary>
    /// <param name="subject">Where, in UTF-8, such as <c>"rooms.4711"u8</c>; no wildcards.</param>
    /// <param name="payload">Opaque bytes.</param>
    /// <param name="replyTo">Where an answer is awaited; empty for none.</param>
    /// <param name="headers">From <see cref="NatsHeaders.Encode"/>; empty for none.</param>
    /// <returns>Accepted, or why not; nothing was taken then.</returns>
    public NatsPublishResult Publish(
        ReadOnlySpan<byte> subject, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> replyTo = default, ReadOnlySpan<byte> headers = default)
    {
        if (!SubjectRules.IsPublishable(subject) || (!replyTo.IsEmpty && !SubjectRules.IsPublishable(replyTo)))
            return NatsPublishResult.InvalidSubject;
        if (!headers.IsEmpty && !(headers.StartsWith("NATS/1.0"u8) && headers.EndsWith("\r\n\r\n"u8)))
            return NatsPublishResult.InvalidHeaders;
        return _outbox.Publish(subject, replyTo, headers, payload);
    }

    /// <summary>The same with names as strings.</summary>
    /// <param name="subject">Where.</param>
    /// <param name="payload">Opaque bytes.</param>
    /// <param name="replyTo">Where an answer is awaited; null for none.</param>
    /// <param name="headers">Null for none.</param>
    public NatsPublishResult Publish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null, NatsHeaders? headers = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var names = Encoding.UTF8.GetMaxByteCount(subject.Length) + Encoding.UTF8.GetMaxByteCount(replyTo?.Length ?? 0);
        if (subject.Length > MaxSubjectBytes || replyTo?.Length > MaxSubjectBytes)
            return NatsPublishResult.InvalidSubject;
        var rented = names > 512 ? ArrayPool<byte>.Shared.Rent(names) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        var end = Encoding.UTF8.GetBytes(subject, bytes);
        var replyEnd = end + Encoding.UTF8.GetBytes(replyTo ?? "", bytes[end..]);
        var result = Publish(bytes[..end], payload, bytes[end..replyEnd], headers is null ? default : headers.Encode());
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    /// <summary>Completes when the server has processed everything that was published (and subscribed) before this call.</summary>
    /// <exception cref="NatsException">The connection was lost or closed meanwhile: what became of it is not known.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        if (await _outbox.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is { } error)
            NatsException.Throw(error);
    }

    /// <summary>Has the messages of a subject given to a handler, on the read loop.</summary>
    /// <param name="subject">What: <c>*</c> stands for one token, <c>&gt;</c> at the end for all that follow.</param>
    /// <param name="handler">Gets them; must not block.</param>
    /// <param name="queueGroup">The group that shares the messages; null for none.</param>
    /// <param name="maxMessages">After how many messages it ends; 0 for no end.</param>
    /// <exception cref="ArgumentException">The subject or group is malformed.</exception>
    /// <exception cref="NatsException">The connection is closed.</exception>
    public NatsSubscription Subscribe(string subject, INatsMessageHandler handler, string? queueGroup = null, long maxMessages = 0)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfNegative(maxMessages);
        var subjectBytes = Encoding.UTF8.GetBytes(subject);
        var queueBytes = Encoding.UTF8.GetBytes(queueGroup ?? "");
        if (!SubjectRules.IsSubscribable(subjectBytes))
            throw new ArgumentException("A subject is tokens parted by dots, without spaces; the wildcards * and > stand alone, > at the end.", nameof(subject));
        if (queueGroup is not null && !SubjectRules.IsQueueGroup(queueBytes))
            throw new ArgumentException("The name of a queue group is not empty and has no spaces.", nameof(queueGroup));
        if (subjectBytes.Length + queueBytes.Length + ProtocolWriter.MaxSubscribeOverheadBytes > ProtocolWriter.MaxControlLineBytes)
            throw new ArgumentException("The subject and queue group are longer than a server takes.", nameof(subject));
        return SubscribeCore(subjectBytes, queueBytes, maxMessages, handler);
    }

    /// <summary>Has the messages of a subject wait to be read one after the other.</summary>
    /// <param name="subject">What: <c>*</c> stands for one token, <c>&gt;</c> at the end for all that follow.</param>
    /// <param name="options">How many may wait, and what happens beyond; null for the defaults.</param>
    /// <exception cref="ArgumentException">The subject, group or an option is malformed.</exception>
    /// <exception cref="NatsException">The connection is closed.</exception>
    public NatsMessageReader Subscribe(string subject, NatsReaderOptions? options = null)
    {
        options ??= new NatsReaderOptions();
        options.Validate();
        var reader = new NatsMessageReader(options, _counters, _observer);
        reader.Subscription = Subscribe(subject, reader, options.QueueGroup, options.MaxMessages);
        return reader;
    }

    /// <summary>Publishes a request and awaits its one reply. All requests of a connection share one subscription.</summary>
    /// <param name="subject">Where.</param>
    /// <param name="payload">Opaque bytes; copied before this returns.</param>
    /// <param name="timeout">How long; null for <see cref="NatsOptions.RequestTimeout"/>.</param>
    /// <param name="headers">Null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The reply, or why there is none: no exception for what is to be expected.</returns>
    /// <exception cref="OperationCanceledException">The caller does not want it any more.</exception>
    public Task<NatsReply> RequestAsync(
        string subject, ReadOnlyMemory<byte> payload, TimeSpan? timeout = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return _inbox.RequestAsync(Encoding.UTF8.GetBytes(subject), payload, headers, timeout ?? _options.RequestTimeout, cancellationToken);
    }

    internal NatsSubscription SubscribeCore(byte[] subject, byte[] queueGroup, long maxMessages, INatsMessageHandler handler)
    {
        var subscription = new NatsSubscription(_outbox, _subscriptions.TakeId(), subject, queueGroup, maxMessages, handler);
        if (handler is NatsMessageReader reader)
            reader.Subscription = subscription;
        if (!_outbox.Subscribe(subscription))
            NatsException.Throw(ClosedError);
        return subscription;
    }
}
