using System.Buffers;
using System.Net.WebSockets;
using Gateway.Client.Sessions;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Connections;

/// <summary>One connection, from the first packet to the end: it owns the socket and its loops, and returns when all of them have ended.</summary>
/// <remarks>The send loop is the only one that sends, the receive loop the only one that receives; what is between them is in the session.</remarks>
internal sealed partial class Link : IDisposable
{
    // At an appointment, answers that are under way get this long before the old connection is closed.
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(2);

    private readonly Session _session;
    private readonly GatewayClientOptions _options;
    private readonly LinkTarget _target;
    private readonly LinkState _state;
    private readonly string _subprotocol;
    private readonly JsonLink? _json;
    private readonly ClientWebSocket _socket = new();
    private readonly Heartbeat _heartbeat;
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private TimeSpan _welcomeDue;
    private TimeSpan _welcomedAt;

    public Link(Session session, GatewayClientOptions options, LinkTarget target)
    {
        _session = session;
        _options = options;
        _target = target;
        _state = session.Begin();
        _json = options.Subprotocol == GatewaySubprotocol.Json ? new JsonLink() : null;
        _subprotocol = _json is null ? SubProtocols.MessagePack : SubProtocols.Json;
        _heartbeat = new Heartbeat(options.HeartbeatTimeout);
        Configure(_socket.Options);
    }

    /// <summary>Runs the connection to its end.</summary>
    /// <param name="welcomed">Called once, from the send loop, when the gateway has let the client in.</param>
    /// <param name="closing">Asks for a clean close.</param>
    public async Task<LinkEnd> RunAsync(Action<LinkState> welcomed, CancellationToken closing)
    {
        LinkEnd end;
        try
        {
            end = await ConnectAsync(closing).ConfigureAwait(false) ?? await RunLoopsAsync(welcomed, closing).ConfigureAwait(false);
        }
        finally
        {
            _socket.Abort();
        }

        // What the gateway said before it closed explains more than the close code does.
        var reason = Explain(end.Reason);
        _session.End(reason);
        return end with
        {
            Reason = reason,
            MayComeBack = end.MayComeBack && reason.Cause != DisconnectCause.AuthenticationFailed,
            Lifetime = _state.IsWelcomed ? _session.Now - _welcomedAt : null,
            RetryAfter = _state.LastError?.RetryAfter,
            Appointment = _state.Appointment,
        };
    }

    public void Dispose()
    {
        _socket.Dispose();
        _json?.Dispose();
    }

    private void Configure(ClientWebSocketOptions socket)
    {
        socket.AddSubProtocol(_subprotocol);
        // The heartbeat is the client's own, so that it follows the client's clock and knows when the receive loop is paused.
        socket.KeepAliveInterval = TimeSpan.Zero;
        if (_options.CertificateValidation is { } validation)
            socket.RemoteCertificateValidationCallback = validation;
        if (_options.Compression)
            socket.DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false };
        _options.ConfigureWebSocket?.Invoke(socket);
    }

    /// <summary>Opens the socket; null when it is open.</summary>
    private async Task<LinkEnd?> ConnectAsync(CancellationToken closing)
    {
        _welcomeDue = _session.Now + _options.ConnectTimeout;
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, closing);
        try
        {
            await _socket.ConnectAsync(_target.Url, either.Token).ConfigureAwait(false);
            return _socket.SubProtocol == _subprotocol ? null : Violation($"{_target.Url} does not speak {_subprotocol}.");
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            return ClosedByClient();
        }
        catch (Exception exception) when (timeout.IsCancellationRequested)
        {
            return Unreachable($"{_target.Url} did not answer within {_options.ConnectTimeout.TotalSeconds} s.", exception);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            return Unreachable($"{_target.Url} cannot be reached: {exception.InnerException?.Message ?? exception.Message}", exception);
        }
    }

    private async Task<LinkEnd> RunLoopsAsync(Action<LinkState> welcomed, CancellationToken closing)
    {
        using var stop = new CancellationTokenSource();
        using var wakeOnClose = closing.UnsafeRegister(static state => ((Session)state!).SendWake.Set(), _session);
        var welcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = SendAsync(welcomed, welcome, closing, stop.Token);
        var receiving = ReceiveAsync(stop.Token);
        var refreshing = new TokenRefresh(_session, _options, _state).RunAsync(welcome.Task, stop.Token);
        var first = await Task.WhenAny(sending, receiving).ConfigureAwait(false);

        LinkEnd end;
        if (first == sending && await sending.ConfigureAwait(false) is { Reason.Cause: DisconnectCause.ClosedByClient or DisconnectCause.Moved } leaving)
        {
            // The close frame is out: the gateway's answer comes through the receive loop.
            await WaitForCloseAsync(receiving).ConfigureAwait(false);
            end = leaving;
        }
        else
        {
            end = await first.ConfigureAwait(false);
            if (first == sending && end.Reason.Exception is WebSocketException)
                end = await PreferCloseAsync(end, receiving).ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, receiving, refreshing).ConfigureAwait(false);
        if (_socket.State == WebSocketState.CloseReceived)
            await AnswerCloseAsync().ConfigureAwait(false);
        return end;
    }

    private async Task WaitForCloseAsync(Task receiving)
    {
        try
        {
            await receiving.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The gateway does not answer; the socket is aborted.
        }
    }

    /// <summary>A send that failed says less than the close frame that may be waiting to be read.</summary>
    private async Task<LinkEnd> PreferCloseAsync(LinkEnd end, Task<LinkEnd> receiving)
    {
        await WaitForCloseAsync(receiving).ConfigureAwait(false);
        return receiving.IsCompletedSuccessfully && receiving.Result.Reason.Cause != DisconnectCause.ConnectionLost ? receiving.Result : end;
    }

    private async Task AnswerCloseAsync()
    {
        using var timeout = new CancellationTokenSource(_options.CloseTimeout, _options.TimeProvider);
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // Whether the answer to a close arrives changes nothing any more.
        }
    }

    private DisconnectReason Explain(DisconnectReason reason)
    {
        if (reason.Cause is DisconnectCause.ClosedByClient or DisconnectCause.Moved)
            return reason;
        if ((GatewayCloseCode)reason.Code is GatewayCloseCode.AuthenticationFailed or GatewayCloseCode.TokenExpired || (!_state.IsWelcomed && _state.LastError is { IsAboutToken: true }))
        {
            return reason with
            {
                Cause = DisconnectCause.AuthenticationFailed,
                Code = _state.IsWelcomed ? reason.Code : (int?)_state.LastError?.Code ?? reason.Code,
                Sentence = _state.IsWelcomed ? reason.Sentence : _state.LastError?.Sentence ?? reason.Sentence,
            };
        }

        return !_state.IsWelcomed && _state.LastError is { } error ? reason with { Code = (int)error.Code, Sentence = error.Sentence } : reason;
    }

    private static LinkEnd ClosedByClient() =>
        new(new DisconnectReason(DisconnectCause.ClosedByClient, 1000, "The client was closed."), MayComeBack: false);

    private static LinkEnd Unreachable(string sentence, Exception exception) =>
        new(new DisconnectReason(DisconnectCause.Unreachable, 0, sentence, exception), MayComeBack: true);

    private void WriteHello()
    {
        var writer = new MessagePackWriter(_output);
        FrameWriting.Hello(ref writer, _target.Token, _target.Ticket, _options.Agent);
        writer.Flush();
    }
}
