namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>
/// Lets a few TLS handshakes of a lane make a step in each turn; the others stand in line. Belongs to its lane.
/// </summary>
/// <remarks>
/// A step costs up to a millisecond (an RSA signature), for which the lane does nothing else. On the lane and not on the thread pool: a session is then never touched by two
/// threads, and the pool's threads would take the same cores from the lanes. The line is as long as there are connections at most, and who stands in it too long is closed.
/// </remarks>
internal sealed class TlsTurns(EpollPoller poller) : IReady
{
    // What is there already waits 4 ms at most, and a lane that has nothing else to do turns at once: the rate of handshakes is not bounded by it.
    private const int MaxStepsPerTurn = 4;

    private readonly Queue<TlsHandshake> _line = new();
    private bool _isDeferred;

    public void Enqueue(TlsHandshake handshake)
    {
        _line.Enqueue(handshake);
        AskTurn();
    }

    public void OnReady(EpollEvents events)
    {
        _isDeferred = false;
        for (var i = 0; i < MaxStepsPerTurn && _line.TryDequeue(out var handshake); i++)
        {
            handshake.Step();
        }

        if (_line.Count > 0)
        {
            AskTurn();
        }
    }

    /// <summary>Watches no file: those who stand in line are told themselves.</summary>
    public void OnLaneStopped() => _line.Clear();

    private void AskTurn()
    {
        if (!_isDeferred)
        {
            _isDeferred = true;
            poller.Defer(this);
        }
    }
}
