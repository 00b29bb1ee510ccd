using Gateway.Protocol.Frames;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>
/// One WebSocket connection: frames in, messages out, heartbeat, close handshake. What the messages mean is its handler's affair. Belongs to one lane; every member is
/// used there alone, except <see cref="Info"/>, which never changes.
/// </summary>
/// <remarks>
/// <para>Life: <see cref="Open"/>, then <see cref="OnReceived"/> and <see cref="Flush"/> over and over, <see cref="Close(ushort, string)"/> or the peer's close, last <see cref="OnClosed"/>.</para>
/// <para>Invariant: after our close frame nothing else is sent; after <see cref="OnClosed"/> the connection holds no pooled memory and is on no timer.</para>
/// </remarks>
internal sealed partial class Connection : WheelEntry, ILaneFlush, ILaneWork, ITransportOwner
{
    public const int OpenCode = 1;
    public const int GoAwayCode = 2;
    public const int CloseGoingAwayCode = 3;
    private const int LingerMilliseconds = 500;

    private readonly ConnectionLane _home;
    private readonly ITransport _transport;
    private readonly IConnectionHandler _handler;
    private State _state;
    private bool _isShutDown;
    private CloseCause _cause = new(CloseCause.Abnormal, ByPeer: true);

    // Deadlines in lane milliseconds; 0: none. All of them share the connection's one place on the timing wheel.
    private long _lastReceived;
    private long _pingSent;
    private long _closeDue;
    private long _handlerDue;

    public Connection(ConnectionLane home, ITransport transport, ConnectionInfo info, Func<Connection, IConnectionHandler> handler)
    {
        _home = home;
        _transport = transport;
        Info = info;
        Encoding = info.Encoding;
        _reader = new MessageReader(home.ReaderOptions, info.Deflate);
        _handler = handler(this);
    }

    private enum State : byte
    {
        Open,

        /// <summary>Our close frame is on its way; the peer's has not come.</summary>
        Closing,

        /// <summary>Both close frames have been seen, or there will be none: only what is left goes out.</summary>
        Ending,
        Closed,
    }

    public ConnectionInfo Info { get; }

    /// <summary>As in <see cref="Info"/>, at hand for each delivery.</summary>
    public WireEncoding Encoding { get; }

    public Lane Lane => _home.Lane;

    public ConnectionLane Home => _home;

    public IConnectionHandler Handler => _handler;

    /// <summary>Where the connection stands in its lane's list; -1: not in it.</summary>
    public int LaneIndex { get; set; } = -1;

    /// <summary>The connection's number among the lane's <see cref="Outlets"/>, once it is open.</summary>
    public int Outlet { get; set; } = Outlets.None;

    public bool IsOpen => _state == State.Open;

    /// <summary>Begins; the first thing that happens on the lane.</summary>
    public void Open()
    {
        _home.Add(this);
        _lastReceived = Lane.Now;
        _handler.OnOpened(this);
        Rearm();
        LookAtOutlet();
        _transport.Start(this);
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case OpenCode:
                Open();
                break;
            case GoAwayCode when IsOpen:
                _handler.OnGoAway((GoAwayNotice)argument!);
                break;
            case CloseGoingAwayCode:
                Close((ushort)GatewayCloseCode.GoingAway, "the node is going away");
                break;
            default:
                break;
        }
    }

    /// <summary>The handler's one deadline, in lane milliseconds; 0: none.</summary>
    public void SetDeadline(long due)
    {
        _handlerDue = due;
        Rearm();
    }

    /// <summary>Says goodbye: sends a close frame after the answers that are waiting, and forgets all else that has not begun to go out.</summary>
    public void Close(ushort code, string reason) => Close(code, reason, byPeer: false);

    public override void OnDue()
    {
        var now = Lane.Now;
        if (_closeDue > 0 && now >= _closeDue)
        {
            EndNow();
            return;
        }

        if (!IsTaking(now))
        {
            _home.Counters.SlowConsumers++;
            _cause = new CloseCause((ushort)GatewayCloseCode.SlowConsumer, ByPeer: false);
            _home.Flights?.NoteDepths(this, _outbound, _replies);
            _transport.Abort();
            return;
        }

        if (_state == State.Open)
        {
            CheckHeartbeat(now);
        }

        if (_handlerDue > 0 && now >= _handlerDue && _state == State.Open)
        {
            _handlerDue = 0;
            _handler.OnDeadline();
        }

        Rearm();
    }

    public void OnClosed(bool byPeer)
    {
        _state = State.Closed;

        // Before anything that may fail: nobody else takes it out of the count, and its place would be lost.
        _home.Admission?.Exit(Info.Address);

        // First of what the lane has of it: the socket is closed, and its number may be another one's soon.
        Ungather();
        TakeOutlet();
        Lane.Timers.Cancel(this);
        _reader.Release();
        _home.Flights?.NoteDepths(this, _outbound, _replies);
        _home.Flights?.Land(this, _cause);
        ReleaseOutbound();
        EndWatch();
        _home.Remove(this);
        try
        {
            _handler.OnClosed(_cause);
        }
        finally
        {
            // Last: now that the handler has left its rooms nobody names it.
            _home.Batch.Outlets.Remove(Outlet);
            Outlet = Outlets.None;
        }
    }

    // The peer has had its time to close. Politely first, so that our close frame is not eaten by a reset; if that does not end it, by force.
    private void EndNow()
    {
        _closeDue = Lane.Now + LingerMilliseconds;
        _home.Counters.Limits.Hit(LimitName.CloseTimeout);
        if (IsDrained && !_isShutDown)
        {
            ShutDown();
        }
        else
        {
            _transport.Abort();
        }

        Rearm();
    }

    private void ShutDown()
    {
        _isShutDown = true;
        _state = State.Ending;
        _transport.Shutdown();
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private void Close(ushort code, string reason, bool byPeer, bool awaitPeer = true)
    {
        if (_state != State.Open)
        {
            return;
        }

        _cause = new CloseCause(code, byPeer);
        _home.Flights?.NoteDepths(this, _outbound, _replies);
        FlushReplies();
        DropRoomMessages();
        EnqueueClose(code, reason);
        _state = byPeer ? State.Ending : State.Closing;
        // After a violation nothing the peer says can be understood: it gets a moment to read our close frame.
        _closeDue = Lane.Now + (awaitPeer ? Milliseconds(_home.Limits.CloseTimeout) : LingerMilliseconds);
        AskFlush();
        Rearm();
    }

    private void CheckHeartbeat(long now)
    {
        if (!IsReading)
        {
            // It is we who do not listen; a peer that is gone is found by the write time-out.
            _lastReceived = now;
            return;
        }

        if (_pingSent > _lastReceived)
        {
            if (now < _pingSent + Milliseconds(_home.Limits.HeartbeatTimeout))
            {
                return;
            }

            if (MayAnswerLater(now))
            {
                _pingSent = now;
            }
            else
            {
                _home.Counters.HeartbeatTimeouts++;
                Close((ushort)GatewayCloseCode.HeartbeatTimeout, "nothing came within the heartbeat time-out");
            }
        }
        else if (now >= _lastReceived + Milliseconds(_home.Limits.HeartbeatInterval))
        {
            // One later than the last receipt, so that "sent after" is strict even within one millisecond.
            _pingSent = Math.Max(now, _lastReceived + 1);
            WatchPing();
            _home.Counters.Limits.Hit(LimitName.HeartbeatInterval);
            EnqueueControl(Opcode.Ping, []);
        }
    }

    // Lazy: an entry that fires early finds nothing due and is set again. Only an earlier deadline moves it.
    private void Rearm()
    {
        if (_state == State.Closed)
        {
            return;
        }

        var due = long.MaxValue;
        if (_state == State.Open)
        {
            due = _pingSent > _lastReceived
                ? _pingSent + Milliseconds(_home.Limits.HeartbeatTimeout)
                : _lastReceived + Milliseconds(_home.Limits.HeartbeatInterval);
            Earlier(_handlerDue);
        }

        Earlier(_closeDue);
        Earlier(_watch is null ? 0 : LookDue(_watch));
        if (due != long.MaxValue && (!IsScheduled || due / TimingWheel.TickMilliseconds < DueTick))
        {
            Lane.Timers.Schedule(this, due);
        }

        void Earlier(long candidate)
        {
            if (candidate > 0 && candidate < due)
            {
                due = candidate;
            }
        }
    }
}
