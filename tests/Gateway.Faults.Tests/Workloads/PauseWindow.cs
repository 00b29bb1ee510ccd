using System.Diagnostics;
using Gateway.Faults.Tests.Nodes;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>While a node is paused: counts what it answers afterwards to what was sent to it meanwhile, on a connection it had before.</summary>
internal sealed class PauseWindow(NodeSlot slot)
{
    private readonly long _from = Stopwatch.GetTimestamp();
    private long _to = long.MaxValue;
    private int _acknowledged;
    private int _refused;

    /// <summary>Publishes that the woken node acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Publishes that the woken node answered with "retry".</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The node goes on.</summary>
    public void End() => Volatile.Write(ref _to, Stopwatch.GetTimestamp());

    public void Take(WireConnection connection, long sentAt, PublishAnswer answer)
    {
        if (connection.Slot != slot || connection.OpenedAt >= _from || sentAt < _from || sentAt > Volatile.Read(ref _to) || answer.IsBroken)
            return;
        if (answer.IsAcknowledged)
            Interlocked.Increment(ref _acknowledged);
        else
            Interlocked.Increment(ref _refused);
    }
}
