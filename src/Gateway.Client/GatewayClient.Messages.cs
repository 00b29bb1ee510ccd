using System.Buffers;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client;

/// <summary>Publishing, direct messages, requests.</summary>
public sealed partial class GatewayClient
{
    private static readonly TimeSpan MaxRequestTimeout = TimeSpan.FromMilliseconds(FrameLimits.MaxTimeoutMilliseconds);
    private static readonly PublishOptions PlainPublish = new();

    /// <summary>
    /// Publishes a message and waits for the gateway's acknowledgement. While there is no connection it waits in the outbox; after a connection that
    /// broke, or when the gateway is busy, it is repeated under the same idempotency key, so that it is stored once.
    /// </summary>
    /// <param name="room">The room's name; membership is not needed.</param>
    /// <param name="eventName">What kind of message it is, up to 128 bytes.</param>
    /// <param name="payload">One MessagePack value. It is copied.</param>
    /// <param name="options">Keys; null is a plain message.</param>
    /// <param name="cancellationToken">Gives up: the message may or may not have been stored.</param>
    /// <exception cref="ArgumentException">The payload is not exactly one MessagePack value, or a name is too long.</exception>
    /// <exception cref="GatewayException">
    /// <see cref="GatewayFailure.Refused"/>, <see cref="GatewayFailure.OutboxFull"/>, <see cref="GatewayFailure.PayloadTooLarge"/>,
    /// <see cref="GatewayFailure.Unconfirmed"/> or <see cref="GatewayFailure.Closed"/>.
    /// </exception>
    public Task<PublishReceipt> PublishAsync(
        string room, string eventName, ReadOnlyMemory<byte> payload, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(eventName);
        Payload.ThrowIfNotOneValue(payload.Span);
        CheckLength(eventName, FrameLimits.MaxEventBytes, nameof(eventName));
        CheckLength(options?.IdempotencyKey, FrameLimits.MaxKeyBytes, nameof(PublishOptions.IdempotencyKey));
        CheckLength(options?.ConflationKey, FrameLimits.MaxKeyBytes, nameof(PublishOptions.ConflationKey));
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _session.PublishAsync(room, eventName, payload, options ?? PlainPublish, cancellationToken);
    }

    /// <summary>Like <see cref="PublishAsync"/>, with a value that <see cref="GatewayClientOptions.Serializer"/> turns into the payload.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <inheritdoc cref="PublishAsync"/>
    public Task<PublishReceipt> PublishValueAsync<T>(
        string room, string eventName, T value, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishAsync(room, eventName, Serialize(value), options, cancellationToken);

    /// <summary>Sends a message to every connection of a user.</summary>
    /// <returns>The number of connections reached.</returns>
    /// <exception cref="GatewayException">
    /// Refused (1015 when the user is offline), timed out, closed, or <see cref="GatewayFailure.Disconnected"/> when the connection broke before the answer
    /// came: direct messages have no idempotency key and are not repeated.
    /// </exception>
    public async Task<int> SendToUserAsync(string user, string eventName, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(eventName);
        Payload.ThrowIfNotOneValue(payload.Span);
        CheckLength(user, FrameLimits.MaxNameBytes, nameof(user));
        CheckLength(eventName, FrameLimits.MaxEventBytes, nameof(eventName));
        var copy = payload.ToArray();
        return (int)await _session.CallAsync<long>(
            (ref writer, id) => FrameWriting.Send(ref writer, id, user, eventName, copy), Op.Ok, Answers.TryReadNumber,
            isRepeatable: false, _options.CallTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks a service behind the gateway.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="method">What it is to do.</param>
    /// <param name="payload">One MessagePack value.</param>
    /// <param name="timeout">How long the service has, 1 ms to 60 s; null is 10 s.</param>
    /// <param name="cancellationToken">Ends the wait; the service may go on.</param>
    /// <returns>One MessagePack value.</returns>
    /// <exception cref="GatewayException">
    /// Refused (1011 unknown service, 1012 refused by the service, 2003 not in time), timed out, closed, or <see cref="GatewayFailure.Disconnected"/> when the
    /// connection broke before the answer came: requests are not repeated.
    /// </exception>
    public Task<ReadOnlyMemory<byte>> RequestAsync(
        string service, string method, ReadOnlyMemory<byte> payload, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ArgumentException.ThrowIfNullOrEmpty(method);
        Payload.ThrowIfNotOneValue(payload.Span);
        var limit = timeout ?? TimeSpan.FromMilliseconds(FrameLimits.DefaultTimeoutMilliseconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.FromMilliseconds(1), nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxRequestTimeout, nameof(timeout));
        var copy = payload.ToArray();
        var milliseconds = (int)limit.TotalMilliseconds;
        // The gateway keeps the time-out; the client's own limit is for the case that the gateway does not answer at all.
        return _session.CallAsync<ReadOnlyMemory<byte>>(
            (ref writer, id) => FrameWriting.Request(ref writer, id, service, method, copy, milliseconds), Op.Reply, Answers.TryReadReply,
            isRepeatable: false, limit + _options.CallTimeout, cancellationToken);
    }

    /// <summary>Like <see cref="RequestAsync"/>, with values instead of payloads.</summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <inheritdoc cref="RequestAsync"/>
    public async Task<TReply?> RequestValueAsync<TRequest, TReply>(
        string service, string method, TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var reply = await RequestAsync(service, method, Serialize(request), timeout, cancellationToken).ConfigureAwait(false);
        return _options.Serializer.Deserialize<TReply>(reply);
    }

    private ReadOnlyMemory<byte> Serialize<T>(T value)
    {
        var output = new ArrayBufferWriter<byte>();
        _options.Serializer.Serialize(output, value);
        return output.WrittenMemory;
    }
}
