using System.Net.WebSockets;
using Gateway.Client.Sessions;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Connections;

/// <summary>The send loop.</summary>
internal sealed partial class Link
{
    // What the API calls a connection that ended without a close frame (RFC 6455, section 7.1.5).
    private const int LostCode = 1006;

    /// <summary>Sends what is due, and watches the clock, until the connection is to end.</summary>
    private async Task<LinkEnd> SendAsync(
        Action<LinkState> welcomed, TaskCompletionSource welcome, CancellationToken closing, CancellationToken stop)
    {
        try
        {
            WriteHello();
            while (true)
            {
                if (_output.WrittenCount > 0)
                    await FlushAsync(stop).ConfigureAwait(false);
                var now = _session.Now;
                if (_state.IsWelcomed && !welcome.Task.IsCompleted)
                {
                    _welcomedAt = now;
                    _heartbeat.Start(_options.HeartbeatInterval ?? _state.Heartbeat, now);
                    welcomed(_state);
                    welcome.SetResult();
                }

                if (closing.IsCancellationRequested)
                    return await CloseAsync(ClosedByClient(), stop).ConfigureAwait(false);
                if (IsTimeToMove(now))
                    return await CloseAsync(Moved(), stop).ConfigureAwait(false);
                if (!_state.IsWelcomed && now >= _welcomeDue)
                    return Unreachable($"{_target.Url} accepted the connection, but did not answer the hello.", new TimeoutException());
                switch (_heartbeat.Check(now))
                {
                    case HeartbeatAction.GiveUp:
                        return Ended(DisconnectCause.HeartbeatTimeout, "The gateway has fallen silent.", exception: null);
                    case HeartbeatAction.Ping:
                        WritePing();
                        break;
                }

                _session.WriteDue(_output, IsAppointed(now));
                if (_output.WrittenCount == 0)
                    await _session.SendWake.WaitAsync(Until(now), stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Ended(DisconnectCause.ConnectionLost, "The connection has ended.", exception: null);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return Ended(DisconnectCause.ConnectionLost, "The connection broke while sending.", exception);
        }
    }

    private async ValueTask FlushAsync(CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(_options.SendTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var message = _json is null ? _output.WrittenMemory : _json.ToJson(_output.WrittenSpan);
        await _socket.SendAsync(message, MessageType, endOfMessage: true, either.Token).ConfigureAwait(false);
        _heartbeat.Sent(_session.Now);
        _output.ResetWrittenCount();
    }

    private async Task<LinkEnd> CloseAsync(LinkEnd end, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(_options.CloseTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // The connection ends either way.
        }

        return end;
    }

    private WebSocketMessageType MessageType => _json is null ? WebSocketMessageType.Binary : WebSocketMessageType.Text;

    private bool IsAppointed(TimeSpan now) => _state.Appointment is { } appointment && appointment.Due <= now;

    private bool IsTimeToMove(TimeSpan now) =>
        _state.Appointment is { } appointment && appointment.Due <= now && (_session.IsQuiet() || appointment.Due + LeaveGrace <= now);

    private LinkEnd Moved() =>
        new(new DisconnectReason(DisconnectCause.Moved, _state.Appointment!.Code, _state.Appointment.Sentence), MayComeBack: true);

    private static LinkEnd Ended(DisconnectCause cause, string sentence, Exception? exception) =>
        new(new DisconnectReason(cause, LostCode, sentence, exception), MayComeBack: true);

    private void WritePing()
    {
        var writer = new MessagePackWriter(_output);
        FrameWriting.Ping(ref writer, _session.TakeId());
        writer.Flush();
    }

    /// <summary>How long the loop may sleep.</summary>
    private TimeSpan? Until(TimeSpan now)
    {
        var due = _heartbeat.NextDue();
        if (!_state.IsWelcomed)
            due = Earlier(due, _welcomeDue);
        if (_state.Appointment is { } appointment)
            due = Earlier(due, appointment.Due <= now ? appointment.Due + LeaveGrace : appointment.Due);
        due = Earlier(due, _session.NextDue());
        return due - now;
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;
}
