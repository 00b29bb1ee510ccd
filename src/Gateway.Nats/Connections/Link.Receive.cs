using System.Buffers;
using System.Text;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Connections;

/// <summary>The read loop.</summary>
internal sealed partial class Link
{
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _reads;
    private bool _isLeftInGoodOrder;

    private async Task ReadAsync()
    {
        var reader = _transport.Reader;
        using var operations = new OperationReader(new ProtocolLimits(ProtocolLimits.DefaultMaxLineBytes, _options.MaxMessageBytes));
        var time = _options.TimeProvider;
        try
        {
            var needed = 0L;
            while (Volatile.Read(ref _ended) == 0)
            {
                var read = await reader.ReadAsync().ConfigureAwait(false);
                var buffer = read.Buffer;
                Volatile.Write(ref _reads, _reads + 1);
                if (buffer.Length >= needed)
                {
                    var started = time.GetTimestamp();
                    needed = Process(operations, ref buffer);
                    if (time.GetElapsedTime(started) is var elapsed && elapsed > _options.HandlerStallThreshold)
                        ReportStall(elapsed);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            End(Error(NatsErrorCode.ConnectionLost, "The connection broke.", exception));
        }
        catch (Exception exception)
        {
            End(Error(NatsErrorCode.ClientFault, "The read loop failed.", exception));
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
            _retired.TrySetResult();
        }
    }

    /// <summary>Handles every whole operation; says how many bytes there must be for the next one.</summary>
    private long Process(OperationReader operations, ref ReadOnlySequence<byte> buffer)
    {
        while (!buffer.IsEmpty && Volatile.Read(ref _ended) == 0)
        {
            switch (operations.TryRead(ref buffer, out var operation))
            {
                case ParseStatus.NeedMore:
                    return operations.Needed;
                case ParseStatus.Malformed:
                    End(Error(NatsErrorCode.MalformedInput, $"The server sent what is not the protocol: {operation.Fault}."));
                    return 0;
                case ParseStatus.Complete when operation.Kind == OperationKind.Message:
                    _counters.CountReceived(operation.Headers.Length + operation.Payload.Length);
                    _subscriptions.Deliver(operation);
                    break;
                default:
                    ProcessControl(operation);
                    break;
            }
        }

        return 0;
    }

    private void ProcessControl(in ServerOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Ping:
                Volatile.Write(ref _owesPong, 1);
                _outbox.Wake.Set();
                break;
            case OperationKind.Pong:
                if (_pongs.Receive(out var isLast) && isLast)
                {
                    _isLeftInGoodOrder = true;
                    End(Error(NatsErrorCode.LameDuck, "The server shuts down soon; the client has left it."));
                }

                break;
            case OperationKind.Error:
                ProcessError(Encoding.UTF8.GetString(operation.Text));
                break;
            case OperationKind.Info when InfoReader.TryRead(operation.Text, out var info):
                ProcessInfo(info);
                break;
            case OperationKind.Info:
                End(Error(NatsErrorCode.MalformedInput, "The server sent an INFO that cannot be read."));
                break;
        }
    }

    private void ProcessError(string text)
    {
        var error = Dialer.FromServer(text, Server);
        _counters.CountError();
        _observer.OnError(error);

        // The server closes the connection itself; what it said is then how the connection ended.
        if (!ServerErrors.KeepsConnection(error.Code))
            Interlocked.CompareExchange(ref _end, error, null);
    }

    private void ProcessInfo(ServerInfo info)
    {
        Info = info;
        _outbox.SetServer(info);
        _pool.Learn(info, Server);
        if (info.IsLameDuck && _lameDuck.TrySetResult())
            _observer.OnLameDuck(Server.ToString());
    }

    private void ReportStall(TimeSpan elapsed)
    {
        _counters.CountStall();
        _observer.OnHandlerStall(elapsed);
    }
}
