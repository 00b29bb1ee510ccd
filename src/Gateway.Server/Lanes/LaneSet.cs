using System.Runtime.InteropServices;

namespace Gateway.Server.Lanes;

/// <summary>All lanes of a node, and which of them is home to what.</summary>
internal sealed class LaneSet : IDisposable
{
    private readonly Lane[] _lanes;
    private LaneThread[] _threads = [];
    private uint _next;

    public LaneSet(int count, Func<int, Lane> create)
    {
        _lanes = new Lane[count];
        for (var i = 0; i < count; i++)
        {
            _lanes[i] = create(i);
        }
    }

    public ReadOnlySpan<Lane> All => _lanes;

    public int Count => _lanes.Length;

    public Lane this[int index] => _lanes[index];

    /// <summary>The lane for a new connection: in turn.</summary>
    public Lane Next() => _lanes[Interlocked.Increment(ref _next) % (uint)_lanes.Length];

    public void Start() => _threads = Array.ConvertAll(_lanes, static lane => new LaneThread(lane));

    public void Dispose()
    {
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }

        _threads = [];
    }

    /// <summary>FNV-1a over the UTF-16 code units, finished with a multiplication that spreads the low bits.</summary>
    public static uint StableHash(string name)
    {
        var hash = 2166136261u;
        foreach (var b in MemoryMarshal.AsBytes(name.AsSpan()))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (hash ^ (hash >> 15)) * 0x2C1B3C6Du >> 8;
    }
}
