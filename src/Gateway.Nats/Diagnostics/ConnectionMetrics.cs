using System.Diagnostics.Metrics;

namespace Gateway.Nats.Diagnostics;

/// <summary>What the meter <c>Gateway.Nats</c> shows, read from the connection's own counts when somebody looks.</summary>
internal sealed class ConnectionMetrics : IDisposable
{
    public const string MeterName = "Gateway.Nats";

    private readonly Meter _meter;

    public ConnectionMetrics(NatsConnection connection, NatsOptions options)
    {
        KeyValuePair<string, object?>[] tags = [new("connection", options.Name)];
        _meter = options.MeterFactory?.Create(new MeterOptions(MeterName) { Tags = tags }) ?? new Meter(MeterName, version: null, tags);
        Counter("gateway.nats.published.messages", "{message}", "Publishes accepted.", s => s.PublishedMessages);
        Counter("gateway.nats.published.bytes", "By", "Headers and payloads of accepted publishes.", s => s.PublishedBytes);
        Counter("gateway.nats.published.refused", "{message}", "Publishes refused because too much waited.", s => s.RefusedMessages);
        Counter("gateway.nats.published.unconfirmed", "{message}", "Messages of broken writes, and given up at close.", s => s.UnconfirmedMessages);
        Counter("gateway.nats.received.messages", "{message}", "Messages received.", s => s.ReceivedMessages);
        Counter("gateway.nats.received.bytes", "By", "Headers and payloads of received messages.", s => s.ReceivedBytes);
        Counter("gateway.nats.received.dropped", "{message}", "Messages that readers had no room for.", s => s.DroppedMessages);
        Counter("gateway.nats.writes", "{write}", "Writes to the socket.", s => s.Writes);
        Counter("gateway.nats.reconnects", "{connection}", "Connections after the first.", s => s.Reconnects);
        Counter("gateway.nats.errors", "{error}", "-ERR from servers.", s => s.Errors);
        Counter("gateway.nats.handler.stalls", "{stall}", "Times that handlers held up the reading.", s => s.HandlerStalls);
        Counter("gateway.nats.handler.faults", "{fault}", "Exceptions of handlers.", s => s.HandlerFaults);
        Gauge("gateway.nats.pending.messages", "{message}", "Messages that wait to be sent.", s => s.PendingMessages);
        Gauge("gateway.nats.pending.bytes", "By", "What waits to be sent, as on the wire.", s => s.PendingBytes);
        _meter.CreateObservableGauge("gateway.nats.pending.limit", () => options.MaxPendingBytes, "By", "What may wait to be sent.");
        Gauge("gateway.nats.pending.requests", "{request}", "Requests that wait for their reply.", s => s.PendingRequests);
        Gauge("gateway.nats.subscriptions", "{subscription}", "Live subscriptions.", s => s.Subscriptions);
        _meter.CreateObservableGauge("gateway.nats.connected", () => connection.Status == NatsStatus.Connected ? 1 : 0, unit: null, "1 while there is a connection.");

        void Counter(string name, string unit, string description, Func<NatsStatistics, long> value) =>
            _meter.CreateObservableCounter(name, () => value(connection.GetStatistics()), unit, description);

        void Gauge(string name, string unit, string description, Func<NatsStatistics, long> value) =>
            _meter.CreateObservableGauge(name, () => value(connection.GetStatistics()), unit, description);
    }

    public void Dispose() => _meter.Dispose();
}
