using Gateway.Faults.Tests.Nodes;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>Keeps a strict client connected: to its own node if that takes it, else to the next one, with a short random wait after each failure.</summary>
internal sealed class WireLoop(string user, IReadOnlyList<NodeSlot> slots, int home, TimeSpan patience, int seed)
{
    private const int LeastWaitMilliseconds = 50;
    private const int MostWaitMilliseconds = 250;

    private readonly Random _random = new(seed);
    private WireConnection? _current;

    /// <summary>Where the client is connected now; null when nowhere.</summary>
    public NodeSlot? Slot => Volatile.Read(ref _current)?.Slot;

    /// <param name="serve">Uses a connection until it has ended.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<WireConnection, Task> serve, CancellationToken stop)
    {
        for (var next = home; !stop.IsCancellationRequested;)
        {
            using (var connection = await WireConnection.TryOpenAsync(slots[next], user, patience, stop))
            {
                if (connection is null)
                {
                    next = (next + 1) % slots.Count;
                    await Task.Delay(_random.Next(LeastWaitMilliseconds, MostWaitMilliseconds), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                Volatile.Write(ref _current, connection);
                await serve(connection);
                Volatile.Write(ref _current, null);
            }

            next = home;
        }
    }

    /// <summary>Breaks off, as a client does that loses its network, and comes back.</summary>
    public void Break() => Volatile.Read(ref _current)?.Abort();

    /// <summary>Comes back to its own node if it is elsewhere.</summary>
    public void GoHome()
    {
        if (Volatile.Read(ref _current) is { } connection && connection.Slot.Index != home)
            connection.Abort();
    }
}
