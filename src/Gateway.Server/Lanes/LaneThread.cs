namespace Gateway.Server.Lanes;

/// <summary>The thread of a lane; disposing it stops the loop and waits for its end.</summary>
internal sealed class LaneThread : IDisposable
{
    [ThreadStatic]
    private static Lane? s_current;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;
    private readonly Lane _lane;

    public LaneThread(Lane lane)
    {
        _lane = lane;
        _thread = new Thread(() => lane.Run(_stopping.Token)) { Name = $"lane-{lane.Index}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The lane whose turn runs on this thread; null elsewhere.</summary>
    public static Lane? Current => s_current;

    /// <summary>Says which lane runs on this thread, for the lane's turn.</summary>
    internal static Lane? Enter(Lane? lane)
    {
        var previous = s_current;
        s_current = lane;
        return previous;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _thread.Join();
        _lane.Dispose();
        _stopping.Dispose();
    }
}
