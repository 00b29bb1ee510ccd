namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>
/// Lets a few TLS handshakes of a lane make a step in each turn; the others stand in line. Belongs to its lane.
/// </summary>
/// <remarks>
/// <para>A step costs up to a millisecond (an RSA signature), for which the lane does nothing else. On the lane and not on the thread pool: a session is then never touched by two
/// threads, and the pool's threads would take the same cores from the lanes. The line is as long as there are connections at most, and who stands in it too long is closed.</para>
/// <para>When more come than can be served: who has been answered goes first, because the work for him is done, and of the others the one who came last. First come, first served would
/// begin with each client when its time is nearly over, and get hardly any through.</para>
/// </remarks>
internal sealed class TlsTurns(EpollPoller poller) : IReady
{
    // What is there already waits 4 ms at most, and a lane that has nothing else to do turns at once: the rate of handshakes is not bounded by it.
    private const int MaxStepsPerTurn = 4;

    private readonly Queue<TlsHandshake> _begun = new();
    private readonly Stack<TlsHandshake> _newcomers = new();
    private bool _isDeferred;

    public void Enqueue(TlsHandshake handshake)
    {
        if (handshake.IsBegun)
        {
            _begun.Enqueue(handshake);
        }
        else
        {
            _newcomers.Push(handshake);
        }

        AskTurn();
    }

    public void OnReady(EpollEvents events)
    {
        _isDeferred = false;
        for (var i = 0; i < MaxStepsPerTurn && (_begun.TryDequeue(out var handshake) || _newcomers.TryPop(out handshake)); i++)
        {
            handshake.Step();
        }

        if (_begun.Count + _newcomers.Count > 0)
        {
            AskTurn();
        }
    }

    /// <summary>Watches no file: those who stand in line are told themselves.</summary>
    public void OnLaneStopped()
    {
        _begun.Clear();
        _newcomers.Clear();
    }

    private void AskTurn()
    {
        if (!_isDeferred)
        {
            _isDeferred = true;
            poller.Defer(this);
        }
    }
}
