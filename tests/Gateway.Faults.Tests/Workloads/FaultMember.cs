using System.Diagnostics;
using Gateway.Faults.Tests.Oracles;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>A client that is a member of all rooms, over as many connections as it takes.</summary>
internal abstract class FaultMember
{
    private long _brokeAt;

    protected FaultMember(string name, IReadOnlyList<string> rooms, RoomOracle oracle)
    {
        Name = name;
        Arrivals = [.. rooms.Select(room => new Arrival(this, oracle.Watch(name, room)))];
    }

    public string Name { get; }

    public IReadOnlyList<Arrival> Arrivals { get; }

    /// <summary>The member lost a connection at or after this moment.</summary>
    public bool HasBrokenSince(long moment) => Volatile.Read(ref _brokeAt) >= moment;

    public abstract Task RunAsync(CancellationToken stop);

    protected void NoteBreak() => Volatile.Write(ref _brokeAt, Stopwatch.GetTimestamp());
}
