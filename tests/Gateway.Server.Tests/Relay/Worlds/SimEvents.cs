using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>What is going to happen in a world, by time, and for one time in the order of asking.</summary>
internal sealed class SimEvents(ManualTime time)
{
    private readonly PriorityQueue<Action, (long At, long Number)> _queue = new();
    private long _number;

    public long Now => time.GetTimestamp();

    public void At(long milliseconds, Action action) => _queue.Enqueue(action, (milliseconds, _number++));

    public void In(long milliseconds, Action action) => At(Now + milliseconds, action);

    /// <returns>True when something happened.</returns>
    public bool RunDue()
    {
        var any = false;
        while (_queue.TryPeek(out var action, out var at) && at.At <= Now)
        {
            _queue.Dequeue();
            action();
            any = true;
        }

        return any;
    }
}
