namespace Gateway.Nats.Connections;

/// <summary>The PONGs that are awaited, in the order of the PINGs, and who waits for each.</summary>
/// <remarks>The write loop expects, the read loop receives; the lock is held for a queue's operation.</remarks>
internal sealed class PongQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<Pong> _expected = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _expected.Count;
        }
    }

    /// <summary>Called before the PING is written: its PONG must not be there first.</summary>
    public void Expect(List<TaskCompletionSource<NatsError?>> flushes, bool isLast)
    {
        lock (_lock)
            _expected.Enqueue(new Pong(flushes.Count == 0 ? [] : [.. flushes], isLast));
    }

    /// <summary>False when none is awaited: a server may send one of its own accord.</summary>
    /// <param name="isLast">Whether it is the one that a connection waits for that is to be left.</param>
    public bool Receive(out bool isLast)
    {
        Pong pong;
        lock (_lock)
        {
            if (!_expected.TryDequeue(out pong))
            {
                isLast = false;
                return false;
            }
        }

        isLast = pong.IsLast;
        foreach (var flush in pong.Flushes)
            flush.TrySetResult(null);
        return true;
    }

    public void Fail(NatsError error)
    {
        lock (_lock)
        {
            while (_expected.TryDequeue(out var pong))
            {
                foreach (var flush in pong.Flushes)
                    flush.TrySetResult(error);
            }
        }
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private readonly record struct Pong(TaskCompletionSource<NatsError?>[] Flushes, bool IsLast);
}
