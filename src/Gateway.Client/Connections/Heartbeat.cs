namespace Gateway.Client.Connections;

/// <summary>Decides when to ask whether the gateway is still there, and when it is not.</summary>
/// <remarks>
/// While the receive loop is paused, silence means nothing; the client then sends a ping in every half interval, so that the gateway, which
/// gets no answer to its own pings from a socket that is not read, goes on hearing from it. The receive loop notes what it hears; the send loop asks.
/// </remarks>
internal sealed class Heartbeat(TimeSpan timeout)
{
    private readonly Lock _gate = new();
    private TimeSpan? _interval;
    private TimeSpan _heardAt;
    private TimeSpan _sentAt;
    private TimeSpan? _askedAt;
    private bool _isPaused;

    /// <summary>Begins to count; before, nothing is due.</summary>
    public void Start(TimeSpan interval, TimeSpan now)
    {
        lock (_gate)
        {
            _interval = interval;
            _heardAt = now;
            _sentAt = now;
        }
    }

    public void Heard(TimeSpan now)
    {
        lock (_gate)
        {
            _heardAt = now;
            _askedAt = null;
        }
    }

    public void Sent(TimeSpan now)
    {
        lock (_gate)
            _sentAt = now;
    }

    public void Pause()
    {
        lock (_gate)
        {
            _isPaused = true;
            _askedAt = null;
        }
    }

    public void Resume(TimeSpan now)
    {
        lock (_gate)
        {
            _isPaused = false;
            _heardAt = now;
        }
    }

    public HeartbeatAction Check(TimeSpan now)
    {
        lock (_gate)
        {
            if (NextDueCore() is not { } due || due > now)
                return HeartbeatAction.None;
            if (_askedAt is not null)
                return HeartbeatAction.GiveUp;
            if (!_isPaused)
                _askedAt = now;
            _sentAt = now;
            return HeartbeatAction.Ping;
        }
    }

    public TimeSpan? NextDue()
    {
        lock (_gate)
            return NextDueCore();
    }

    private TimeSpan? NextDueCore()
    {
        if (_interval is not { } interval)
            return null;
        if (_isPaused)
            return _sentAt + (interval / 2);
        return _askedAt is { } asked ? asked + timeout : _heardAt + interval;
    }
}
