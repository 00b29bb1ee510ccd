using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Requests;

/// <summary>
/// All replies of a connection come through one subscription, <c>_INBOX.{random}.*</c>; the last token is the request's number. The random part keeps
/// others from guessing where replies go.
/// </summary>
internal sealed class RequestInbox(NatsConnection connection, NatsOptions options) : INatsMessageHandler
{
    // 22 of these 62 characters are about 131 bits.
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 22;
    private const int MaxDigits = 19;

    private readonly ConcurrentDictionary<long, PendingRequest> _pending = new();
    private readonly Lock _lock = new();
    private readonly byte[] _prefix = Encoding.ASCII.GetBytes("_INBOX." + RandomNumberGenerator.GetString(Alphabet, RandomLength) + ".");
    private long _lastNumber;
    private int _count;
    private bool _isSubscribed;

    public int PendingCount => Volatile.Read(ref _count);

    public async Task<NatsReply> RequestAsync(
        ReadOnlyMemory<byte> subject, ReadOnlyMemory<byte> payload, NatsHeaders? headers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Subscribe();
        if (Interlocked.Increment(ref _count) > options.MaxPendingRequests)
        {
            Interlocked.Decrement(ref _count);
            return new NatsReply(NatsRequestStatus.Refused, Message: null, NatsPublishResult.Accepted);
        }

        var number = Interlocked.Increment(ref _lastNumber);
        var request = new PendingRequest(timeout, options.TimeProvider, cancellationToken);
        _pending[number] = request;
        try
        {
            var sent = Publish(number, subject.Span, payload.Span, headers);
            return sent == NatsPublishResult.Accepted
                ? await request.Reply.ConfigureAwait(false)
                : new NatsReply(NatsRequestStatus.Refused, Message: null, sent);
        }
        finally
        {
            _pending.TryRemove(number, out _);
            Interlocked.Decrement(ref _count);
            await request.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Replies that nobody waits for any more are dropped.</summary>
    public void OnMessage(in NatsMessage message)
    {
        if (message.Subject.Length <= _prefix.Length
            || !Utf8Parser.TryParse(message.Subject[_prefix.Length..], out long number, out var consumed) || consumed != message.Subject.Length - _prefix.Length
            || !_pending.TryGetValue(number, out var request))
            return;
        if (message.IsNoResponders)
            request.Complete(NatsRequestStatus.NoResponders);
        else
            request.Complete(message.ToReceived());
    }

    public void OnEnded(NatsSubscription subscription)
    {
        foreach (var request in _pending.Values)
            request.Complete(NatsRequestStatus.Closed);
    }

    private NatsPublishResult Publish(long number, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> payload, NatsHeaders? headers)
    {
        Span<byte> replyTo = stackalloc byte[_prefix.Length + MaxDigits];
        _prefix.CopyTo(replyTo);
        Utf8Formatter.TryFormat(number, replyTo[_prefix.Length..], out var digits);
        return connection.Publish(subject, payload, replyTo[..(_prefix.Length + digits)], headers is null ? default : headers.Encode());
    }

    private void Subscribe()
    {
        if (Volatile.Read(ref _isSubscribed))
            return;
        lock (_lock)
        {
            if (_isSubscribed)
                return;
            connection.SubscribeCore([.. _prefix, (byte)'*'], [], maxMessages: 0, this);
            Volatile.Write(ref _isSubscribed, true);
        }
    }
}
