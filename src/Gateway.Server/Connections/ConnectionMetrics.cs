using System.Diagnostics.Metrics;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>Shows what the lanes count, and how close each limit is. Read from the lanes' own counters when asked; costs the hot path nothing.</summary>
internal sealed class ConnectionMetrics(ConnectionNode node, LaneSet lanes, RoomSet rooms, LimitGauges limits, LaneSocketNode sockets, LaneTransport transport, IMeterFactory meters)
{
    private readonly Meter _meter = meters.Create("Gateway.Server.Connections");

    /// <summary>Publishes the instruments.</summary>
    public void Start()
    {
        _meter.CreateObservableUpDownCounter("gateway.connections.active", () => node.Admission.Count, "{connection}", "WebSocket connections now, upgrades under way included.");
        _meter.CreateObservableGauge("gateway.connections.limit", () => node.Limits.MaxConnections, "{connection}", "Connections this node may hold.");
        Count("gateway.connections.opened", "{connection}", "Connections opened.", static counters => counters.Opened);
        Count("gateway.connections.appointed", "{connection}", "Connections let in with the ticket of an appointment that a node of the cluster gave them.", static counters => counters.Appointed);
        Count("gateway.connections.closed", "{connection}", "Connections closed.", static counters => counters.Closed);
        Count("gateway.connections.heartbeat_timeouts", "{connection}", "Connections closed because nothing came after a ping.", static counters => counters.HeartbeatTimeouts);
        Count("gateway.connections.slow_consumers", "{connection}", "Connections closed because they took nothing for too long.", static counters => counters.SlowConsumers);
        Count("gateway.connections.ring_sends", "{send}", "Sends that went to the kernel many at a time, through io_uring.", static counters => counters.RingSends);
        Count("gateway.messages.received", "{message}", "WebSocket messages received.", static counters => counters.ReceivedMessages);
        Count("gateway.messages.dropped", "{message}", "Messages of ephemeral rooms dropped because a connection was slow.", static counters => counters.Dropped);
        Count("gateway.members.fell_behind", "{member}", "Times a slow member was handed over to the history.", static counters => counters.FellBehind);
        Count("gateway.errors.sent", "{error}", "Errors sent to clients.", static counters => counters.Errors);
        Count("gateway.bytes.received", "By", "Bytes received on WebSockets.", static counters => counters.ReceivedBytes);
        Count("gateway.bytes.sent", "By", "Bytes sent on WebSockets.", static counters => counters.SentBytes);
        _meter.CreateObservableCounter("gateway.messages.delivered", () => Sum(rooms.Locals, static local => local.DeliveredCount), "{message}", "Messages handed to members.");
        _meter.CreateObservableUpDownCounter("gateway.rooms.active", () => Sum(rooms.Directories, static directory => directory.Count), "{room}", "Rooms in use.");
        _meter.CreateObservableGauge("gateway.lanes.pending", () => Each(lanes), "{command}", "Commands that wait for a lane.");
        _meter.CreateObservableCounter(
            "gateway.handshakes.refused",
            () => node.Refused.Select(static refused => new Measurement<long>(refused.Value, new KeyValuePair<string, object?>("reason", refused.Key.ToString()))),
            "{handshake}", "Upgrades refused.");

        _meter.CreateObservableCounter(
            "gateway.accept.files_exhausted", () => sockets.ExhaustedCount, "{attempt}", "Attempts to take a connection that failed at the limit of open files, or at what SpareFiles leaves of it; each pauses accepting for 100 ms.");
        _meter.CreateObservableUpDownCounter("gateway.tls.sessions", () => transport.Tls?.OpenCount ?? 0, "{session}", "TLS sessions that the lanes have open, handshakes included; 0 on pipes.");
        limits.AddTo(_meter);

        void Count(string name, string unit, string description, Func<ConnectionCounters, long> value) =>
            _meter.CreateObservableCounter(name, () => Sum(node.Lanes, lane => value(lane.Counters)), unit, description);
    }

    private static IEnumerable<Measurement<int>> Each(LaneSet lanes)
    {
        for (var i = 0; i < lanes.Count; i++)
        {
            yield return new Measurement<int>(lanes[i].PendingCount, new KeyValuePair<string, object?>("lane", i));
        }
    }

    private static long Sum<T>(ReadOnlySpan<T> items, Func<T, long> value)
    {
        long sum = 0;
        foreach (var item in items)
        {
            sum += value(item);
        }

        return sum;
    }
}
