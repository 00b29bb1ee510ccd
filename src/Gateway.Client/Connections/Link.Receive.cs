using System.Net.WebSockets;
using Gateway.Client.Sessions;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Connections;

/// <summary>The receive loop.</summary>
internal sealed partial class Link
{
    private const int InitialReceiveBytes = 4 * 1024;

    // What a rare big message needed is given back after it.
    private const int KeptReceiveBytes = 256 * 1024;

    private byte[] _input = new byte[InitialReceiveBytes];

    /// <summary>Reads messages until the connection ends; says how it ended.</summary>
    private async Task<LinkEnd> ReceiveAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var (length, end) = await ReadMessageAsync(stop).ConfigureAwait(false);
                if (end is not null)
                    return end;
                if (!await ProcessAsync(length, stop).ConfigureAwait(false))
                    return Violation("The gateway sent bytes that are no frames of this protocol.");
                if (_input.Length > KeptReceiveBytes)
                    _input = new byte[InitialReceiveBytes];
            }
        }
        catch (OperationCanceledException exception)
        {
            return Ended(DisconnectCause.ConnectionLost, "The connection has ended.", exception);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException)
        {
            return Ended(DisconnectCause.ConnectionLost, "The connection broke.", exception);
        }
    }

    /// <summary>Reads one whole message into the buffer, or says how the connection ended.</summary>
    private async ValueTask<(int Length, LinkEnd? End)> ReadMessageAsync(CancellationToken stop)
    {
        var length = 0;
        while (true)
        {
            if (length == _input.Length)
            {
                if (length >= _options.MaxReceiveBytes)
                    return (0, Violation($"The gateway sent a message of more than {_options.MaxReceiveBytes} bytes."));
                Array.Resize(ref _input, Math.Min(_input.Length * 2, _options.MaxReceiveBytes));
            }

            var result = await _socket.ReceiveAsync(_input.AsMemory(length), stop).ConfigureAwait(false);
            _heartbeat.Heard(_session.Now);
            if (result.MessageType == WebSocketMessageType.Close)
                return (0, ClosedByServer());
            if (result.MessageType != MessageType)
                return (0, Violation($"The gateway sent a message of the type {result.MessageType} under {_subprotocol}."));
            length += result.Count;
            if (result.EndOfMessage)
                return (length, null);
        }
    }

    /// <summary>Hands the frames to the session; while an application makes no room for them, the socket is not read.</summary>
    private async ValueTask<bool> ProcessAsync(int length, CancellationToken stop)
    {
        ReadOnlyMemory<byte> frames = _input.AsMemory(0, length);
        if (_json is not null && !_json.TryToFrames(frames.Span, out frames))
            return false;
        var position = 0;
        while (true)
        {
            var outcome = _session.Process(frames.Span, ref position);
            if (outcome != ReceiveOutcome.Blocked)
                return outcome == ReceiveOutcome.Done;
            _heartbeat.Pause();
            _session.SendWake.Set();
            await _session.ReceiveWake.WaitAsync(_session.BlockedFor(), stop).ConfigureAwait(false);
            _heartbeat.Resume(_session.Now);
        }
    }

    private LinkEnd ClosedByServer()
    {
        var code = (int?)_socket.CloseStatus ?? 1005;
        // After 1000 the choice is the client's: it was told to stay connected, so it comes back.
        var mayComeBack = code == (int)WebSocketCloseStatus.NormalClosure || GatewayCloseCodes.MayComeBack(code);
        var sentence = string.IsNullOrEmpty(_socket.CloseStatusDescription)
            ? $"The gateway closed the connection with code {code}."
            : $"The gateway closed the connection with code {code}: {_socket.CloseStatusDescription}";
        return new LinkEnd(
            new DisconnectReason(mayComeBack ? DisconnectCause.ClosedByServer : DisconnectCause.RefusedByServer, code, sentence), mayComeBack);
    }

    private static LinkEnd Violation(string sentence) =>
        new(new DisconnectReason(DisconnectCause.ProtocolError, 1002, sentence), MayComeBack: true);
}
