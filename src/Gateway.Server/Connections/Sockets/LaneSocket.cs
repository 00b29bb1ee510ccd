using System.Buffers;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// A connection whose socket its lane reads and writes itself: no thread, task, pipe or buffer of its own. Linux; plain or TLS. Belongs to its lane.
/// </summary>
/// <remarks>
/// <para>Edge-triggered: it reads until the kernel has no more, or gives the others their turn after one full buffer and goes on in the next. The same with writing: after a short write it waits
/// for the edge.</para>
/// <para>Invariant: the socket is open until <see cref="ITransportOwner.OnClosed"/>, which is called from a turn of its own, never from within a call of the owner.</para>
/// <para>Hot path; no allocation but for what an owner leaves over when it pauses.</para>
/// </remarks>
internal sealed class LaneSocket<TChannel>(Lane lane, EpollPoller poller, TChannel channel, int slot) : ITransport, IReady
    where TChannel : struct, ISocketChannel
{
    // Not readonly: a copy of a channel with a state would be asked.
    private TChannel _channel = channel;
    private ITransportOwner? _owner;
    private byte[]? _rest;
    private int _restLength;
    private State _state;

    [Flags]
    private enum State : ushort
    {
        None = 0,
        Paused = 1,

        /// <summary>A write was short: the kernel will say when it takes more. Or, over TLS, the peer is in the middle of a message that has to come first.</summary>
        Blocked = 2,

        /// <summary>The next turn calls us.</summary>
        Deferred = 4,

        /// <summary>The peer has ended its half, or something is wrong with the socket: the next read will tell.</summary>
        HangUp = 8,

        /// <summary>Over, but not closed yet.</summary>
        Ending = 16,
        EndedByPeer = 32,
        Reset = 64,
        Closed = 128,

        /// <summary>Reading was resumed: what was left over is worth a look even if nothing has come.</summary>
        Resumed = 256,
    }

    public int File => _channel.File;

    public bool IsSealed => TChannel.IsSealed;

    /// <summary>May be called again by an owner, to give the connection to another one, which gets what the first has left over.</summary>
    public void Start(ITransportOwner owner)
    {
        _owner = owner;

        // Frames may have come right behind the handshake; their edge has been used up by it.
        _state |= State.Resumed;
        Defer();
    }

    public int Send(ReadOnlySpan<ReadOnlyMemory<byte>> buffers)
    {
        if (!CanSend)
        {
            return 0;
        }

        var taken = 0;
        for (var next = 0; next < buffers.Length;)
        {
            var first = buffers[next].Span;
            next++;
            if (next < buffers.Length && first.Length + buffers[next].Length <= EpollPoller.BufferBytes)
            {
                first = Gather(first, buffers, ref next);
            }

            var sent = SendOnce(first);
            taken += sent;
            if (sent < first.Length || Has(State.Blocked))
            {
                break;
            }
        }

        return taken;
    }

    public void OnShortSend(int sent)
    {
        if (sent >= 0)
        {
            _state |= State.Blocked;
        }
        else
        {
            // The peer is gone.
            End(byPeer: true);
        }
    }

    public int Seal(ReadOnlySpan<byte> bytes, Span<byte> into) => CanSend ? _channel.Seal(bytes, into) : 0;

    public void OnShortSeal(ReadOnlySpan<byte> rest)
    {
        _channel.Hold(rest);
        _state |= State.Blocked;
    }

    public TakenBytes? CountTaken() =>
        Libc.CountTaken(_channel.File) is { } taken ? taken with { Left = taken.Left + _channel.HeldBytes } : null;

    public long CountLeft() => Libc.CountLeft(_channel.File) + _channel.HeldBytes;

    public void PauseReading() => _state |= State.Paused;

    public void ResumeReading()
    {
        if (Has(State.Paused))
        {
            _state = (_state & ~State.Paused) | State.Resumed;
            Defer();
        }
    }

    public void Shutdown()
    {
        if (!Has(State.Ending | State.Closed))
        {
            // What was taken lies in the kernel, or in the channel, and goes out before the FIN. The peer's FIN, or the owner's patience, ends it.
            _channel.Shutdown();
            _state &= ~State.Paused;
            if (_channel.IsHolding)
            {
                _state |= State.Blocked;
            }

            Defer();
        }
    }

    public void Abort()
    {
        if (!Has(State.Closed))
        {
            _state |= State.Reset;
            End(byPeer: false);
        }
    }

    public void OnReady(EpollEvents events)
    {
        if (events == EpollEvents.None)
        {
            _state &= ~State.Deferred;
        }

        if (Has(State.Closed))
        {
            return;
        }

        if (Has(State.Ending))
        {
            Close();
            return;
        }

        if ((events & (EpollEvents.ReadHangUp | EpollEvents.HangUp | EpollEvents.Error)) != EpollEvents.None)
        {
            _state |= State.HangUp;
        }

        if (Has(State.Blocked) && ((events & (EpollEvents.Out | EpollEvents.Error | EpollEvents.HangUp)) != EpollEvents.None || IsFreeAgain))
        {
            SendOn();
        }

        if (events != EpollEvents.Out)
        {
            ReadOn();
        }
    }

    public void OnLaneStopped()
    {
        if (!Has(State.Closed))
        {
            _state |= State.Closed;
            GiveBackRest();
            _channel.Close(withReset: false);
        }
    }

    private bool CanSend => !Has(State.Blocked | State.Ending | State.Closed);

    // Only a channel that is sealed is blocked for what reading brings.
    private bool IsFreeAgain => TChannel.IsSealed && !_channel.IsHolding;

    private bool Has(State any) => (_state & any) != State.None;

    private void Defer()
    {
        if (!Has(State.Deferred))
        {
            _state |= State.Deferred;
            poller.Defer(this);
        }
    }

    // As many as fit, in one piece: a system call costs more than copying what is small.
    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> first, ReadOnlySpan<ReadOnlyMemory<byte>> buffers, scoped ref int next)
    {
        var gathered = poller.SendBuffer.AsSpan();
        first.CopyTo(gathered);
        var length = first.Length;
        for (; next < buffers.Length && length + buffers[next].Length <= gathered.Length; next++)
        {
            buffers[next].Span.CopyTo(gathered[length..]);
            length += buffers[next].Length;
        }

        return gathered[..length];
    }

    private int SendOnce(ReadOnlySpan<byte> bytes)
    {
        var sent = _channel.Send(bytes);
        if (sent == bytes.Length && !_channel.IsHolding)
        {
            return sent;
        }

        OnShortSend(sent);
        return Math.Max(0, sent);
    }

    private void SendOn()
    {
        if (_channel.Flush() < 0)
        {
            End(byPeer: true);
        }
        else if (!_channel.IsHolding)
        {
            _state &= ~State.Blocked;
            _owner!.OnWritable();
        }
    }

    private void ReadOn()
    {
        if (Has(State.Paused | State.Deferred | State.Ending))
        {
            // Deferred: read in its own turn, after what came before it.
            return;
        }

        var buffer = poller.ReceiveBuffer;
        if (_rest is { } rest)
        {
            if (_restLength > buffer.Length / 2)
            {
                HandOverRest(rest);
                return;
            }

            rest.AsSpan(0, _restLength).CopyTo(buffer);
        }

        var isResumed = Has(State.Resumed);
        _state &= ~State.Resumed;
        var start = _restLength;
        var received = _channel.Receive(buffer.AsSpan(start));
        if (_channel.HasMore)
        {
            Defer();
        }

        if (TChannel.IsSealed)
        {
            LookAtHolding();
        }

        if (received > 0)
        {
            if (received == buffer.Length - start || Has(State.HangUp))
            {
                Defer();
            }

            GiveBackRest();
            HandOver(buffer, start + received);
        }
        else if (isResumed && _rest is { } left)
        {
            HandOverRest(left);
            if (received != ISocketChannel.WouldBlock)
            {
                // The end comes after it.
                Defer();
            }
        }
        else if (received != ISocketChannel.WouldBlock)
        {
            End(byPeer: true);
        }
    }

    // To receive may have been to send, or may have brought what sending waited for.
    private void LookAtHolding()
    {
        if (_channel.IsHolding)
        {
            _state |= State.Blocked;
        }
        else if (Has(State.Blocked))
        {
            Defer();
        }
    }

    private void HandOverRest(byte[] rest)
    {
        var length = _restLength;
        _rest = null;
        _restLength = 0;
        HandOver(rest, length);
        ArrayPool<byte>.Shared.Return(rest);
        if (_restLength < length && !Has(State.Paused))
        {
            Defer();
        }
    }

    private void HandOver(byte[] bytes, int length)
    {
        var sequence = new ReadOnlySequence<byte>(bytes, 0, length);
        try
        {
            _owner!.OnReceived(ref sequence);
        }
        catch (Exception e)
        {
            // What the fault has left half done cannot go on.
            lane.Report(e);
            sequence = default;
            Abort();
        }

        if (!sequence.IsEmpty)
        {
            _restLength = (int)sequence.Length;
            _rest = ArrayPool<byte>.Shared.Rent(_restLength);
            sequence.CopyTo(_rest);
        }
    }

    private void End(bool byPeer)
    {
        if (!Has(State.Ending))
        {
            _state |= State.Ending | (byPeer ? State.EndedByPeer : State.None);
            Defer();
        }
    }

    private void Close()
    {
        _state |= State.Closed;
        GiveBackRest();
        poller.Remove(slot);
        _channel.Close(Has(State.Reset));
        _owner!.OnClosed(Has(State.EndedByPeer));
    }

    private void GiveBackRest()
    {
        if (_rest is { } rest)
        {
            _rest = null;
            _restLength = 0;
            ArrayPool<byte>.Shared.Return(rest);
        }
    }
}
