using System.Globalization;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Sessions;

/// <summary>Calls and publishes: queueing, sending, answering, giving up.</summary>
internal sealed partial class Session
{
    /// <summary>Sends a call as soon as there is a connection, and waits for its answer.</summary>
    /// <exception cref="GatewayException">Refused, timed out, disconnected, closed, or too many calls.</exception>
    public async Task<T> CallAsync<T>(
        FrameWrite write, Op answer, AnswerRead<T> read, bool isRepeatable, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new PendingCall<T>(write, answer, read, isRepeatable);
        lock (_gate)
        {
            ThrowIfClosed();
            if (_calls.Count >= _options.MaxPendingCalls)
                throw new GatewayException(GatewayFailure.TooManyCalls, $"{_options.MaxPendingCalls} calls wait for an answer already ({nameof(GatewayClientOptions.MaxPendingCalls)}).");
            _calls.Add(call);
            _unsentCalls.Enqueue(call);
        }

        SendWake.Set();
        ReceiveWake.Set();
        try
        {
            return await call.Completion.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new GatewayException(GatewayFailure.TimedOut, $"The gateway did not answer within {timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", innerException: exception);
        }
        finally
        {
            Abandon(call);
        }
    }

    /// <summary>Publishes as soon as there is a connection, again after each that breaks, and waits for the acknowledgement.</summary>
    /// <exception cref="GatewayException">Refused, outbox full, too large, unconfirmed, or closed.</exception>
    public async Task<PublishReceipt> PublishAsync(
        string room, string eventName, ReadOnlyMemory<byte> payload, PublishOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingPublish publish;
        lock (_gate)
        {
            ThrowIfClosed();
            if (payload.Length > _maxPayloadBytes)
                throw new GatewayException(GatewayFailure.PayloadTooLarge, $"The payload has {payload.Length} bytes; the gateway takes {_maxPayloadBytes}.");
            var sequence = ++_lastSequence;
            // A transient message needs no key: it is stored nowhere, and the newest one wins.
            var key = options.IdempotencyKey ?? (options.ConflationKey is null ? string.Create(CultureInfo.InvariantCulture, $"{_keyPrefix}-{sequence}") : null);
            // Copied: it may be sent long after this method returned its task, when the caller's buffer holds something else.
            publish = new PendingPublish(sequence, room, eventName, payload.ToArray(), key, options.ConflationKey);
            if (!_outbox.TryAdd(publish))
            {
                throw new GatewayException(
                    GatewayFailure.OutboxFull,
                    $"The outbox is full ({_options.MaxOutboxMessages} messages or {_options.MaxOutboxBytes} bytes without an acknowledgement).");
            }
        }

        SendWake.Set();
        ReceiveWake.Set();
        try
        {
            return await publish.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (publish.Id != 0)
                    _awaited.Remove(publish.Id);
                _outbox.Remove(publish);
            }

            SendWake.Set();
            throw;
        }
    }

    private void ThrowIfClosed()
    {
        // A new exception for each caller: one object thrown by many would mix up their stack traces.
        if (_closedBy is { } cause)
            throw new GatewayException(cause.Failure, cause.Message, cause.Code, cause.RetryAfter, cause);
    }

    /// <summary>Sends a call whose failure is nobody's concern but the error sink's.</summary>
    private void Repeat(FrameWrite write)
    {
        var call = new PendingCall<bool>(write, Op.Ok, ReadNothing, isRepeatable: false);
        _calls.Add(call);
        _unsentCalls.Enqueue(call);
        SendWake.Set();
    }

    private void Abandon(PendingCall call)
    {
        lock (_gate)
        {
            call.IsAbandoned = true;
            _calls.Remove(call);
            if (call.Id != 0 && _awaited.TryGetValue(call.Id, out var present) && present == call)
                _awaited.Remove(call.Id);

            // Without a connection nobody takes it out of the queue. Up to half of the queue may be such calls, so that going through it costs no more for each the more there are.
            if (call.Id == 0 && _unsentCalls.Count > 2 * _calls.Count)
                ForgetAbandoned();
        }
    }

    // The others keep their order.
    private void ForgetAbandoned()
    {
        for (var left = _unsentCalls.Count; left > 0; left--)
        {
            var call = _unsentCalls.Dequeue();
            if (!call.IsAbandoned)
                _unsentCalls.Enqueue(call);
        }
    }

    private bool TryWriteCall(ref MessagePackWriter writer)
    {
        while (_unsentCalls.TryDequeue(out var call))
        {
            if (call.IsAbandoned)
                continue;
            call.Id = NextId();
            _awaited[call.Id] = call;
            call.Write(ref writer, call.Id);
            return true;
        }

        return false;
    }

    private bool TryWritePublish(ref MessagePackWriter writer, TimeSpan now)
    {
        while (_outbox.Take(now) is { } publish)
        {
            if (publish.Payload.Length > _maxPayloadBytes)
            {
                _outbox.Remove(publish);
                publish.Fail(new GatewayException(GatewayFailure.PayloadTooLarge, $"The payload has {publish.Payload.Length} bytes; the gateway takes {_maxPayloadBytes}."));
                continue;
            }

            publish.Id = NextId();
            publish.FirstSentAt ??= now;
            _awaited[publish.Id] = publish;
            FrameWriting.Publish(
                ref writer, publish.Id, publish.Room, publish.Event, publish.Payload, publish.IdempotencyKey, publish.ConflationKey);
            return true;
        }

        return false;
    }

    private void EndCalls(DisconnectReason reason)
    {
        List<PendingCall>? broken = null;
        foreach (var call in _calls)
        {
            if (call.Id == 0)
                continue;
            if (call.IsRepeatable)
            {
                call.Id = 0;
                _unsentCalls.Enqueue(call);
            }
            else
            {
                (broken ??= []).Add(call);
            }
        }

        foreach (var call in broken ?? [])
        {
            _calls.Remove(call);
            call.Fail(new GatewayException(GatewayFailure.Disconnected, $"The connection ended before the answer came: {reason.Sentence}", reason.Code));
        }
    }

    private static void FailExpired(List<PendingPublish> expired)
    {
        foreach (var publish in expired)
        {
            publish.Fail(new GatewayException(
                GatewayFailure.Unconfirmed, "The publish was sent, its acknowledgement lost, and too much time has passed to repeat it safely."));
        }
    }

    private void OnAck(PendingPublish publish, in AckFrame frame)
    {
        _outbox.Remove(publish);
        publish.Complete(new PublishReceipt(new RoomPosition(frame.Epoch, frame.Offset), frame.Duplicate, Superseded: false));
        SendWake.Set();
    }

    private void OnPublishError(PendingPublish publish, ServerError error)
    {
        var now = Now;
        publish.Id = 0;
        if (!error.IsRetryable)
        {
            _outbox.Remove(publish);
            publish.Fail(error.ToException());
        }
        else if (publish.FirstSentAt is { } sentAt && now - sentAt >= _options.IdempotencyWindow)
        {
            _outbox.Remove(publish);
            FailExpired([publish]);
        }
        else
        {
            _outbox.Hold(publish, refusals => DelayAfter(error.RetryAfter, refusals), now);
        }

        SendWake.Set();
    }
}
