using System.Diagnostics.CodeAnalysis;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>
/// Lets a few TLS handshakes of a lane make a step in each turn; the others stand in line. Belongs to its lane.
/// </summary>
/// <remarks>
/// <para>A step costs up to a millisecond (an RSA signature), for which the lane does nothing else. On the lane and not on the thread pool: a session is then never touched by two
/// threads, and the pool's threads would take the same cores from the lanes. Who stands in line too long is closed, and leaves it.</para>
/// <para>When more come than can be served: who has been answered goes first, because the work for him is done, and of the others the one who came last. First come, first served would
/// begin with each client when its time is nearly over, and get hardly any through.</para>
/// </remarks>
internal sealed class TlsTurns(EpollPoller poller) : IReady
{
    // What is there already waits 4 ms at most, and a lane that has nothing else to do turns at once: the rate of handshakes is not bounded by it.
    private const int MaxStepsPerTurn = 4;

    private readonly Queue<TlsHandshake> _begun = new();
    private readonly LinkedList<TlsHandshake> _newcomers = new();
    private bool _isDeferred;

    /// <summary>How many stand in line.</summary>
    public int LineLength => _begun.Count + _newcomers.Count;

    public void Enqueue(TlsHandshake handshake)
    {
        if (handshake.IsBegun)
        {
            _begun.Enqueue(handshake);
        }
        else
        {
            _newcomers.AddLast(handshake);
            ForgetClosed();
        }

        AskTurn();
    }

    public void OnReady(EpollEvents events)
    {
        _isDeferred = false;
        ForgetClosed();
        try
        {
            for (var i = 0; i < MaxStepsPerTurn && (_begun.TryDequeue(out var handshake) || TryTakeNewest(out handshake)); i++)
            {
                handshake.Step();
            }
        }
        finally
        {
            if (LineLength > 0)
            {
                AskTurn();
            }
        }
    }

    /// <summary>Watches no file: those who stand in line are told themselves.</summary>
    public void OnLaneStopped()
    {
        _begun.Clear();
        _newcomers.Clear();
    }

    private bool TryTakeNewest([NotNullWhen(true)] out TlsHandshake? handshake)
    {
        handshake = _newcomers.Last?.Value;
        if (handshake is null)
        {
            return false;
        }

        _newcomers.RemoveLast();
        return true;
    }

    // All have the same time, so that the oldest is over first; none may lie at the bottom for as long as others come.
    private void ForgetClosed()
    {
        while (_newcomers.First is { Value.IsClosed: true })
        {
            _newcomers.RemoveFirst();
        }
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
