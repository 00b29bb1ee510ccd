using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

/// <remarks>A peer that takes what is sent slowly or not at all, and for how long that may go on.</remarks>
internal sealed partial class Connection
{
    // The kernel says that it takes more only when half of what it held is gone. A link that has become slow needs long for that, so the kernel is asked how far the peer is.
    private const int LooksPerTimeout = 4;

    // While the transport takes no more, or a ping is late that has not reached the peer.
    private TakingWatch? _watch;

    private void Block(bool hasMoved)
    {
        _isBlocked = true;
        TakeOutlet();
        _home.Counters.Limits.Hit(LimitName.MaxUnsentBytes);
        Watch();
        if (hasMoved)
        {
            _watch!.Move(Lane.Now);
        }

        Rearm();
    }

    private void Watch()
    {
        if (_watch is null)
        {
            _watch = _home.RentWatch();
            _watch.Begin(Lane.Now);
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
            EndWatch();
            return true;
        }

        return now - watch.Since < Milliseconds(_home.Limits.WriteTimeout);
    }

    // It stands behind bytes that the peer has no place for yet, and the peer's kernel lives: then it is the write time-out that judges.
    private bool IsPingUnderWay(long now) => _transport.CountTaken() is { IsAll: false } taken && taken.SinceAnswer <= now - _pingSent;
}
