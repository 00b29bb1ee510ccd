using System.Diagnostics.Metrics;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Limiting;

/// <summary>How close each limit is, and how often it was met: on <c>/metrics</c> and for administrators. Every limit has one of the two. Any thread; costs the hot path nothing.</summary>
internal sealed class LimitGauges(ConnectionNode node, LaneSet lanes, LoadGuard load)
{
    /// <summary>Publishes the instruments.</summary>
    public void AddTo(Meter meter)
    {
        meter.CreateObservableGauge("gateway.limits.value", Values, description: "The limit in force; times in seconds, lists by their length.");
        meter.CreateObservableGauge(
            "gateway.limits.saturation", () => Each(SaturationOf), description: "Use divided by limit: 1 is at it. Of limits for one connection or user: the highest of the last one to two minutes.");
        meter.CreateObservableCounter(
            "gateway.limits.hits", () => Each(limit => HitsOf(limit)), "{hit}", "Times a limit was met: refusals, time-outs, closes (see the table of limits in the README).");
    }

    /// <summary>Use divided by limit; null for a limit of which only the hits tell.</summary>
    public double? SaturationOf(LimitName limit)
    {
        var limits = node.Limits;
        return limit switch
        {
            LimitName.MaxConnections => (double)node.Admission.Count / limits.MaxConnections,
            LimitName.MaxConnectionsPerAddress => (double)node.Admission.FullestAddressCount / limits.MaxConnectionsPerAddress,
            LimitName.MaxConnectionsPerUser => Peak(limits.MaxConnectionsPerUser),
            LimitName.MaxMessageBytes => Peak(limits.MaxMessageBytes),
            LimitName.MaxPayloadBytes => Peak(limits.MaxPayloadBytes),
            LimitName.MaxRooms => Peak(limits.MaxRooms),
            LimitName.MaxQueuedBytes => Peak(limits.MaxQueuedBytes),
            LimitName.MaxPendingRequests => Peak(limits.MaxPendingRequests),
            LimitName.MaxInvalidFrames => Peak(limits.MaxInvalidFrames),
            LimitName.MaxPendingCommands => (double)PendingCommands() / limits.MaxPendingCommands,
            LimitName.LaneCount => (double)lanes.Count / Environment.ProcessorCount,
            LimitName.MaxMemoryBytes => load.MemoryPercent / 100,
            LimitName.MemoryHighWaterPercent => Mark(load.MemoryPercent, limits.MemoryHighWaterPercent),
            LimitName.MemoryLowWaterPercent => Mark(load.MemoryPercent, limits.MemoryLowWaterPercent),
            LimitName.MemoryShedPercent => Mark(load.MemoryPercent, limits.MemoryShedPercent),
            LimitName.CpuWindow => load.CpuPercent / 100,
            LimitName.CpuHighWaterPercent => Mark(load.CpuPercent, limits.CpuHighWaterPercent),
            LimitName.CpuLowWaterPercent => Mark(load.CpuPercent, limits.CpuLowWaterPercent),
            LimitName.CpuShedPercent => Mark(load.CpuPercent, limits.CpuShedPercent),
            _ => null,
        };

        double Peak(int of) => (double)node.Uses.Max(use => use.PeakOf(limit)) / of;

        // Of a mark that is switched off one is infinitely far.
        static double Mark(double percent, int mark) => mark == 0 ? 0 : percent / mark;
    }

    /// <summary>Times the limit was met; null for a limit that is not met by anybody in particular.</summary>
    public long? HitsOf(LimitName limit) => limit switch
    {
        LimitName.MaxMemoryBytes or LimitName.MemoryLowWaterPercent or LimitName.CpuLowWaterPercent or LimitName.CpuWindow or LimitName.LaneCount => null,
        LimitName.HandshakeTimeout => node.RefusedFor(HandshakeRejection.TimedOut),
        LimitName.HeartbeatTimeout => node.Sum(static lane => lane.Counters.HeartbeatTimeouts),
        LimitName.WriteTimeout => node.Sum(static lane => lane.Counters.SlowConsumers),
        LimitName.MaxPendingCommands => node.Sum(static lane => lane.Lane.RefusedCount),
        LimitName.ShedPerSecond => Hits(LimitName.ShedIdleTime),
        LimitName.RateBurst => Enumerable.Range((int)LimitName.MessagesPerSecond, LimitName.JoinsPerSecondPerAddress - LimitName.MessagesPerSecond + 1).Sum(each => Hits((LimitName)each)),
        _ => Hits(limit),
    };

    private long Hits(LimitName limit) => node.Uses.Sum(use => use.HitsOf(limit));

    private int PendingCommands()
    {
        var most = 0;
        foreach (var lane in lanes.All)
            most = Math.Max(most, lane.PendingCount);
        return most;
    }

    private IEnumerable<Measurement<double>> Values()
    {
        var limits = node.Limits;
        return LimitProperty.All.Select(property => new Measurement<double>(property.Measure(limits), new KeyValuePair<string, object?>("limit", property.Name)));
    }

    private static IEnumerable<Measurement<T>> Each<T>(Func<LimitName, T?> read)
        where T : struct
    {
        foreach (var limit in Enum.GetValues<LimitName>())
        {
            if (read(limit) is { } value)
                yield return new Measurement<T>(value, new KeyValuePair<string, object?>("limit", limit.ToString()));
        }
    }
}
