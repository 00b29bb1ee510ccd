using Gateway.Client.Sessions;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Connections;

/// <summary>Keeps one connection after the other alive: chooses where to, waits between attempts, knows when to stop.</summary>
/// <remarks>One loop; it ends when it is closed or when trying again makes no sense, and then says why.</remarks>
internal sealed class Supervisor(Session session, GatewayClientOptions options, ISupervisorEvents events)
{
    private readonly Backoff _backoff = new(options.Reconnect, options.Jitter);
    private readonly Uri[] _endpoints = options.FrozenEndpoints;

    private Appointment? _appointment;
    private string? _refusedToken;
    private bool _isTokenRefused;
    private bool _isFailureReported;

    /// <summary>Runs until <paramref name="closing"/>, or until the gateway tells the client to stay away.</summary>
    public async Task<DisconnectReason> RunAsync(CancellationToken closing)
    {
        events.OnConnecting(reason: null);
        var candidates = _endpoints;
        while (true)
        {
            var (end, url) = await TryEachAsync(candidates, closing).ConfigureAwait(false);
            if (closing.IsCancellationRequested)
                return new DisconnectReason(DisconnectCause.ClosedByClient, 1000, "The client was closed.");
            if (!end.MayComeBack && !_isTokenRefused)
                return end.Reason;

            _appointment = end.WasWelcomed ? end.Appointment : null;
            if (end.WasWelcomed)
            {
                _isFailureReported = false;
                if (end.Lifetime >= options.Reconnect.StableAfter)
                    _backoff.Reset();
                events.OnConnecting(end.Reason);
            }

            if (!end.WasWelcomed || end.Lifetime < options.Reconnect.StableAfter)
                _backoff.Fail();
            if (_backoff.Failures >= options.Reconnect.AttemptsBeforeFailure && !_isFailureReported)
            {
                _isFailureReported = true;
                events.OnFailure(end.Reason, willRetry: !options.Reconnect.StopAfterFailure);
                if (options.Reconnect.StopAfterFailure)
                    return end.Reason;
            }

            candidates = await WaitAsync(end, url, closing).ConfigureAwait(false);
            if (closing.IsCancellationRequested)
                return new DisconnectReason(DisconnectCause.ClosedByClient, 1000, "The client was closed.");
        }
    }

    /// <summary>One attempt: each address once, until one welcomes the client, whose connection is then run to its end.</summary>
    private async Task<(LinkEnd End, Uri Url)> TryEachAsync(Uri[] candidates, CancellationToken closing)
    {
        LinkEnd? end = null;
        foreach (var url in candidates)
        {
            end = await TryOneAsync(url, closing).ConfigureAwait(false);
            if (end.WasWelcomed || !end.MayComeBack || closing.IsCancellationRequested)
                return (end, url);
        }

        return (end!, candidates[^1]);
    }

    private async Task<LinkEnd> TryOneAsync(Uri url, CancellationToken closing)
    {
        // A ticket stands for the token, so that those who are moved together do not ask for tokens together.
        var ticket = _appointment?.Ticket;
        string? token = null;
        try
        {
            if (ticket is null)
                token = options.TokenProvider is { } provider ? await provider(closing).ConfigureAwait(false) : null;
        }
#pragma warning disable CA1031 // Whatever the application's provider throws is a failed attempt.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new LinkEnd(
                new DisconnectReason(DisconnectCause.TokenProviderFailed, 0, $"The token provider failed: {exception.Message}", exception), MayComeBack: true);
        }

        // A refused token is not shown again: only another one may change the answer.
        if (_isTokenRefused && string.Equals(token, _refusedToken, StringComparison.Ordinal))
        {
            _isTokenRefused = false;
            return new LinkEnd(
                new DisconnectReason(DisconnectCause.AuthenticationFailed, (int)GatewayCloseCode.AuthenticationFailed, "The gateway refused the token, and the token provider has no other."),
                MayComeBack: false);
        }

        using var link = new Link(session, options, new LinkTarget(url, token, ticket));
        var end = await link.RunAsync(
            state =>
            {
                _isFailureReported = false;
                events.OnConnected(state);
            },
            closing).ConfigureAwait(false);
        if (ticket is not null && !end.WasWelcomed && end.Reason.Cause == DisconnectCause.AuthenticationFailed)
            return end with { MayComeBack = true }; // With a token, then.
        _isTokenRefused = end.Reason.Cause == DisconnectCause.AuthenticationFailed && options.TokenProvider is not null;
        _refusedToken = _isTokenRefused ? token : null;
        return end;
    }

    /// <summary>Waits before the next attempt, and says where it goes.</summary>
    private async Task<Uri[]> WaitAsync(LinkEnd end, Uri url, CancellationToken closing)
    {
        TimeSpan delay;
        var next = _endpoints;
        if (_appointment is { } appointment)
        {
            // The server spreads the appointments of its clients itself: no back-off on top.
            delay = appointment.Due - session.Now;
            next = [appointment.Url ?? url];
        }
        else if (end.WasWelcomed && _endpoints.Length > 1 && end.RetryAfter is null && end.Lifetime >= options.Reconnect.StableAfter)
        {
            // Another address may be healthy: it is tried at once, and the one that failed last of all.
            delay = TimeSpan.Zero;
            next = [.. _endpoints.Where(endpoint => endpoint != url), url];
        }
        else
        {
            delay = _backoff.NextDelay(end.RetryAfter ?? TimeSpan.Zero);
        }

        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, options.TimeProvider, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return next;
    }
}
