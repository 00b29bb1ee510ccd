using System.Diagnostics;
using Gateway.Client.Connections;
using Gateway.Client.Sessions;

namespace Gateway.Client;

/// <summary>
/// A client of the gateway: one connection that comes back by itself, and over it rooms, publishes, direct messages, requests and presence.
/// </summary>
/// <remarks>
/// <para>Every method may be called from any thread, several at a time, also before <see cref="ConnectAsync"/> and while there is no connection:
/// calls then wait for one (<see cref="GatewayClientOptions.CallTimeout"/>), publishes wait in the outbox.</para>
/// <para>Events are raised on the client's own loops, one after the other: <see cref="StatusChanged"/> on the supervising loop, all others on the
/// receiving one. A handler that blocks holds up what it would be told next; it must not wait for a call to this client. What a handler throws is
/// given to <see cref="ErrorOccurred"/>.</para>
/// <para>After a reconnect every room goes on from its last position; what was missed follows, or is reported as a gap. Publishes without an
/// acknowledgement are repeated under the same idempotency key, in their order.</para>
/// </remarks>
public sealed partial class GatewayClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly GatewayClientOptions _options;
    private readonly Session _session;
    private CancellationTokenSource? _closing;
    private Task? _running;
    private TaskCompletionSource _outcome = NewOutcome();
    private bool _isDisposed;

    /// <summary>Makes a client; nothing is sent before <see cref="ConnectAsync"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GatewayClient(GatewayClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Freeze();
        _session = new Session(_options)
        {
            ErrorSink = OnError,
            DirectSink = message => DirectReceived?.Invoke(this, message),
        };
    }

    /// <summary>Raised for each change of <see cref="Status"/>.</summary>
    public event EventHandler<StatusChange>? StatusChanged;

    /// <summary>Raised for each message sent to this user outside of any room.</summary>
    public event EventHandler<DirectMessage>? DirectReceived;

    /// <summary>
    /// Raised for what no caller waits for: an exception thrown by an event handler, a failed token refresh, an error the gateway reported about no
    /// call in particular. The client goes on.
    /// </summary>
    public event EventHandler<Exception>? ErrorOccurred;

    /// <summary>Whether there is a connection.</summary>
    public ConnectionStatus Status { get; private set; }

    /// <summary>The id the gateway gave the present or last connection; empty before the first.</summary>
    public string ConnectionId { get; private set; } = "";

    /// <summary>The user the gateway took this client for; null when it is anonymous or was never connected.</summary>
    public string? User { get; private set; }

    /// <summary>Starts the client, if it is not running, and waits until it is connected.</summary>
    /// <param name="cancellationToken">Ends the wait; it also stops the client when this call started it.</param>
    /// <exception cref="GatewayException">
    /// <see cref="GatewayFailure.Unreachable"/> after <see cref="ReconnectOptions.AttemptsBeforeFailure"/> failed attempts, while the client goes on trying
    /// unless it was told to stop; <see cref="GatewayFailure.Closed"/> when the gateway refused the client for good.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task outcome;
        bool isStarter;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            isStarter = _running is null or { IsCompleted: true };
            if (isStarter)
                Start();
            else if (_outcome.Task.IsFaulted)
                _outcome = NewOutcome();
            outcome = _outcome.Task;
        }

        try
        {
            await outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (isStarter)
        {
            await CloseAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Ends the connection with a closing handshake and stops the client. Streams of rooms end; calls and publishes without an answer fail with
    /// <see cref="GatewayFailure.Closed"/>. Does nothing when the client is not running.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the closing.</param>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        Task? running;
        lock (_gate)
        {
            running = _running;
            if (running is null or { IsCompleted: true })
                return;
            _closing!.Cancel();
        }

        await running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the client for good.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
        _session.Close(new GatewayException(GatewayFailure.Closed, "The client was disposed."), isWanted: true);
        _session.Dispose();
        _closing?.Dispose();
    }

    private static TaskCompletionSource NewOutcome() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Start()
    {
        _closing?.Dispose();
        _closing = new CancellationTokenSource();
        if (_outcome.Task.IsCompleted)
            _outcome = NewOutcome();
        _session.Open();
        var closing = _closing.Token;
        // The loop belongs to this client: CloseAsync and DisposeAsync await it.
        _running = Task.Run(() => RunAsync(closing), CancellationToken.None);
    }

    private void OnError(Exception exception)
    {
        try
        {
            ErrorOccurred?.Invoke(this, exception);
        }
#pragma warning disable CA1031 // The handler for what nobody waits for has itself failed: the trace is all that is left.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Trace.TraceError($"A handler of {nameof(GatewayClient)}.{nameof(ErrorOccurred)} failed: {failure}");
        }
    }
}
