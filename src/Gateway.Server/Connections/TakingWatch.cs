namespace Gateway.Server.Connections;

/// <summary>Since when a peer has taken nothing of what waits for it, and where among that a ping is. Belongs to the connection's lane; times are its milliseconds.</summary>
internal sealed class TakingWatch
{
    private ulong? _count;
    private ulong _pingAfter;

    /// <summary>When it was last seen that the peer takes something.</summary>
    public long Since { get; private set; }

    /// <summary>When the kernel was last asked.</summary>
    public long LookedAt { get; private set; }

    /// <summary>A ping is watched for, which has not been seen to reach the peer.</summary>
    public bool IsOfPing { get; private set; }

    /// <summary>Begins: until now all went well.</summary>
    /// <param name="taken">What the kernel says; null: nothing, and the owner must say with <see cref="Move"/> what it sees.</param>
    public void Begin(long now, TakenBytes? taken)
    {
        Since = now;
        LookedAt = now;
        IsOfPing = false;
        _count = taken?.Count;
    }

    /// <summary>The peer has been seen to take something.</summary>
    public void Move(long now) => Since = now;

    public void Look(long now, TakenBytes? taken)
    {
        LookedAt = now;
        if (taken is { } known && known.Count != _count)
        {
            Since = now;
            _count = known.Count;
        }
    }

    /// <summary>A ping is sent.</summary>
    /// <param name="after">Behind what count of bytes it is, at most.</param>
    public void BeginPing(ulong after)
    {
        IsOfPing = true;
        _pingAfter = after;
    }

    /// <summary>The peer has taken what was before the ping.</summary>
    public bool IsPastPing(in TakenBytes taken) => taken.Count > _pingAfter;

    public void EndPing() => IsOfPing = false;
}
