using Gateway.Server.Connections.Sockets;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>
/// What sending to a connection needs to know, side by side for all connections of a lane: a room hands a message to its thousand members without touching a thousand connections. Belongs to the lane.
/// </summary>
/// <remarks>
/// <para>Why: between two messages of a room the kernel's sends have pushed its connections out of the caches, and each takes several lines of them, some 100 ns each. An outlet is half of one line, and stands next to
/// its neighbours.</para>
/// <para>Invariant: an outlet that is free belongs to a connection that is open, has nothing waiting but what the lane's batch holds, and is not full. A connection says that it is busy before it breaks this, and
/// that it is free again after it has looked at itself.</para>
/// <para>Hot path; no allocation; benchmarked by RoomPublishBenchmarks.</para>
/// </remarks>
internal sealed class Outlets(SendBatch batch) : IOutlets
{
    /// <summary>Of who has none.</summary>
    public const int None = -1;

    private readonly Stack<int> _vacant = new();
    private Outlet[] _outlets = new Outlet[64];
    private int _count;

    /// <summary>Valid until the next <see cref="Add"/>.</summary>
    public ref Outlet this[int index] => ref _outlets[index];

    /// <summary>Gives a connection its outlet, busy at first.</summary>
    public int Add(Connection connection)
    {
        if (!_vacant.TryPop(out var index))
        {
            index = _count++;
            if (index == _outlets.Length)
            {
                Array.Resize(ref _outlets, index * 2);
            }
        }

        _outlets[index] = new Outlet(connection) { IsBusy = true };
        return index;
    }

    /// <summary>Takes an outlet back, of which the batch holds nothing.</summary>
    public void Remove(int index)
    {
        _outlets[index] = default;
        _vacant.Push(index);
    }

    public bool TrySend(Membership membership, RoomTurn turn, RoomPriority priority)
    {
        var index = membership.Outlet;
        if (index < 0 || turn.TotalBytes > Session.MaxSharedBytes)
        {
            return false;
        }

        ref readonly var outlet = ref _outlets[index];
        if (outlet.IsBusy || outlet.IsGathered || !ReferenceEquals(outlet.Handler, membership.Member))
        {
            return false;
        }

        batch.Add(index, turn.All(outlet.Encoding), membership, priority);
        return true;
    }
}
