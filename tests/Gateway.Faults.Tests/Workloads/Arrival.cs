using System.Diagnostics;
using Gateway.Faults.Tests.Oracles;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>How new the newest is that a member has got of a room, and since when after a fault. Written by the member's reader, read by others.</summary>
internal sealed class Arrival(FaultMember member, MemberView view)
{
    private readonly Lock _lock = new();
    private long _newest;
    private long _mark;
    private TimeSpan? _recovery;

    public FaultMember Member => member;

    public MemberView View => view;

    /// <summary>When the newest message that came was first tried.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>How long after the mark the first message came that was published after it; null when none has yet.</summary>
    public TimeSpan? Recovery
    {
        get
        {
            lock (_lock)
                return _recovery;
        }
    }

    /// <summary>From now on the first newer message is waited for.</summary>
    public void Mark(long now)
    {
        lock (_lock)
            (_mark, _recovery) = (now, null);
    }

    public void Saw(string text)
    {
        var triedAt = MessageText.TriedAt(text);
        if (triedAt <= Newest)
            return;
        Volatile.Write(ref _newest, triedAt);
        lock (_lock)
        {
            if (_recovery is null && _mark != 0 && triedAt > _mark)
                _recovery = Stopwatch.GetElapsedTime(_mark);
        }
    }
}
