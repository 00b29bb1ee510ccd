using System.Buffers;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets;

/// <summary>What the sockets of all lanes share.</summary>
internal sealed class LaneSocketNode(LaneSet lanes, ConnectionNode connections, ILogger<LaneSocketNode> log, TimeProvider time)
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromSeconds(10);

    private readonly TlsTurns[] _turns = [.. lanes.All.ToArray().Select(static lane => lane.Poller).OfType<EpollPoller>().Select(static poller => new TlsTurns(poller))];
    private long _exhaustedCount;
    private long _lastWarning = long.MinValue;

    public LaneSet Lanes { get; } = lanes;

    public ConnectionNode Connections { get; } = connections;

    /// <summary>The highest number of a file that an acceptor got. Belongs to the first lane, where all acceptors are.</summary>
    public int HighestFile { get; set; }

    /// <summary>How often a connection could not be taken because the limit of open files was reached.</summary>
    public long ExhaustedCount => Volatile.Read(ref _exhaustedCount);

    public static EpollPoller PollerOf(Lane lane) => (EpollPoller)lane.Poller;

    /// <summary>Where the lane's TLS handshakes stand in line.</summary>
    public TlsTurns TurnsOf(Lane lane) => _turns[lane.Index];

    /// <summary>The lane's scratch for one short answer.</summary>
    public ArrayBufferWriter<byte> Scratch(Lane lane)
    {
        var scratch = Connections.Lanes[lane.Index].Frame;
        scratch.ResetWrittenCount();
        return scratch;
    }

    /// <summary>Counts, and says it now and then. Any lane.</summary>
    public void OnFilesExhausted()
    {
        Interlocked.Increment(ref _exhaustedCount);
        var now = time.GetTimestamp();
        var last = Volatile.Read(ref _lastWarning);
        if ((last == long.MinValue || time.GetElapsedTime(last, now) >= WarningInterval) && Interlocked.CompareExchange(ref _lastWarning, now, last) == last)
        {
            Log.FilesExhausted(log);
        }
    }
}
