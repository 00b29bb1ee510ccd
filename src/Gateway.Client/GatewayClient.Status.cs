using Gateway.Client.Connections;
using Gateway.Client.Sessions;

namespace Gateway.Client;

/// <summary>What the supervising loop reports.</summary>
public sealed partial class GatewayClient : ISupervisorEvents
{
    void ISupervisorEvents.OnConnecting(DisconnectReason? reason)
    {
        lock (_gate)
        {
            if (_outcome.Task.IsCompletedSuccessfully)
                _outcome = NewOutcome();
        }

        SetStatus(ConnectionStatus.Connecting, reason, willRetry: true);
    }

    void ISupervisorEvents.OnConnected(LinkState link)
    {
        ConnectionId = link.ConnectionId;
        User = link.User;
        SetStatus(ConnectionStatus.Connected, reason: null, willRetry: true);
        lock (_gate)
        {
            if (_outcome.Task.IsFaulted)
                _outcome = NewOutcome();
            _outcome.TrySetResult();
        }
    }

    void ISupervisorEvents.OnFailure(DisconnectReason reason, bool willRetry)
    {
        SetStatus(ConnectionStatus.Disconnected, reason, willRetry);
        FailOutcome(new GatewayException(
            GatewayFailure.Unreachable, $"{_options.Reconnect.AttemptsBeforeFailure} attempts to connect have failed. {reason.Sentence}", reason.Code, innerException: reason.Exception));
    }

    private async Task RunAsync(CancellationToken closing)
    {
        var reason = await new Supervisor(_session, _options, this).RunAsync(closing).ConfigureAwait(false);
        var isWanted = reason.Cause == DisconnectCause.ClosedByClient;
        var failure = reason.Cause is DisconnectCause.Unreachable or DisconnectCause.TokenProviderFailed ? GatewayFailure.Unreachable : GatewayFailure.Closed;
        var cause = new GatewayException(failure, reason.Sentence, isWanted ? 0 : reason.Code, innerException: reason.Exception);
        _session.Close(cause, isWanted);
        SetStatus(ConnectionStatus.Disconnected, reason, willRetry: false);
        FailOutcome(cause);
    }

    private void FailOutcome(GatewayException exception)
    {
        lock (_gate)
        {
            if (_outcome.Task.IsCompletedSuccessfully)
                _outcome = NewOutcome();
            // Looked at here, since nobody may be waiting.
            if (_outcome.TrySetException(exception))
                _ = _outcome.Task.Exception;
        }
    }

    private void SetStatus(ConnectionStatus status, DisconnectReason? reason, bool willRetry)
    {
        var previous = Status;
        if (previous == status && reason is null)
            return;
        Status = status;
        try
        {
            StatusChanged?.Invoke(this, new StatusChange(previous, status, reason, willRetry));
        }
#pragma warning disable CA1031 // An event handler's exception is the application's; it must not end the loop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            OnError(exception);
        }
    }
}
