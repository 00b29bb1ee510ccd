using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

/// <remarks>A peer that takes what is sent slowly or not at all, and for how long that may go on.</remarks>
internal sealed partial class Connection
{
    // The kernel says that it takes more only when half of what it held is gone. A link that has become slow needs long for that, so the kernel is asked how far the peer is.
    private const int LooksPerTimeout = 4;

    // While the transport takes no more, or a ping stands behind what the peer has not taken.
    private TakingWatch? _watch;

    private void Block(bool hasMoved)
    {
        _isBlocked = true;
        TakeOutlet();
        _home.Counters.Limits.Hit(LimitName.MaxUnsentBytes);
        var watch = _watch ?? BeginWatch(_transport.CountTaken());
        if (hasMoved)
        {
            watch.Move(Lane.Now);
        }

        Rearm();
    }

    private TakingWatch BeginWatch(TakenBytes? taken)
    {
        _watch = _home.RentWatch();
        _watch.Begin(Lane.Now, taken);
        return _watch;
    }

    // The transport has taken all that waited here, which says nothing of the peer: a ping may still be on its way.
    private void EndBlock()
    {
        if (_watch is { IsOfPing: false })
        {
            EndWatch();
        }
    }

    private void EndWatch()
    {
        if (_watch is { } watch)
        {
            _watch = null;
            _home.Return(watch);
        }
    }

    private long LookDue(TakingWatch watch)
    {
        var timeout = Milliseconds(_home.Limits.WriteTimeout);
        return Math.Min(watch.LookedAt + Math.Max(1, timeout / LooksPerTimeout), watch.Since + timeout);
    }

    // False when the peer has taken nothing for the write time-out, though something waits for it.
    private bool IsTaking(long now)
    {
        if (_watch is not { } watch || now < LookDue(watch))
        {
            return true;
        }

        var taken = _transport.CountTaken();
        watch.Look(now, taken);
        if (!_isBlocked && taken is not { IsAll: false })
        {
            // Nothing waits. Whether a ping has come in time for its answer is for the heartbeat to see.
            watch.Move(now);
        }

        if (_isBlocked || (watch.IsOfPing && _pingSent > _lastReceived))
        {
            return now - watch.Since < Milliseconds(_home.Limits.WriteTimeout);
        }

        EndWatch();
        return true;
    }

    // Before it is sent: if all has gone out until now, it takes no longer than any to reach a peer that is there.
    private void WatchPing()
    {
        var queued = QueuedBytes;
        if (_transport.CountLeft() + queued > 0 && _transport.CountTaken() is { } taken)
        {
            // At most: it may overtake what is queued here.
            (_watch ?? BeginWatch(taken)).BeginPing(taken.End + (ulong)queued);
        }
        else
        {
            _watch?.EndPing();
        }
    }

    // A late answer is waited for while the ping stands behind bytes that the peer has no place for yet, and its kernel lives; then the write time-out judges. And once more, when it has reached the peer.
    private bool MayAnswerLater(long now)
    {
        if (_watch is not { IsOfPing: true } watch || _transport.CountTaken() is not { } taken || taken.SinceAnswer > now - _pingSent)
        {
            return false;
        }

        watch.Look(now, taken);
        if (watch.IsPastPing(taken) || (taken.IsAll && QueuedBytes == 0))
        {
            watch.EndPing();
        }

        return true;
    }
}
