namespace Gateway.Server.Connections;

/// <summary>Since when a peer has taken nothing of what waits for it. Belongs to the connection's lane; times are its milliseconds.</summary>
internal sealed class TakingWatch
{
    private ulong? _count;

    /// <summary>When it was last seen that the peer takes something.</summary>
    public long Since { get; private set; }

    /// <summary>When the kernel was last asked.</summary>
    public long LookedAt { get; private set; }

    /// <summary>Begins: until now all went well.</summary>
    public void Begin(long now)
    {
        _count = null;
        Since = now;
        LookedAt = now;
    }

    /// <summary>The peer has been seen to take something.</summary>
    public void Move(long now) => Since = now;

    /// <summary>What the kernel says, if anything; the first time there is nothing to compare it with.</summary>
    public void Look(long now, TakenBytes? taken)
    {
        LookedAt = now;
        if (taken is not { } known)
        {
            return;
        }

        if (_count is { } before && known.Count != before)
        {
            Since = now;
        }

        _count = known.Count;
    }
}
