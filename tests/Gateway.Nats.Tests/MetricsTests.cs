using System.Diagnostics.Metrics;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests;

public sealed class MetricsTests(SharedNatsServer server)
{
    /// <summary>Names are an interface: dashboards and alerts use them.</summary>
    [Fact]
    public async Task Meter_showsWhatTheStatisticsSay()
    {
        var name = Guid.NewGuid().ToString("N");
        var options = TestConnections.Options(server.Url);
        options.Name = name;
        await using var connection = await TestConnections.ConnectAsync(options);
        var subject = TestConnections.NewSubject();
        var handler = new CollectingHandler();
        connection.Subscribe(subject, handler);
        connection.Publish(subject, "12345"u8);
        await handler.WaitForAsync(1);
        await connection.FlushAsync(Deadline.Token);

        var seen = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Gateway.Nats" && instrument.Meter.Tags?.Any(tag => tag.Key == "connection" && name.Equals(tag.Value)) == true)
                    self.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
            listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
            listener.Start();
            listener.RecordObservableInstruments();
        }

        seen.Remove("gateway.nats.writes");
        Assert.Equal(
            "gateway.nats.connected=1 gateway.nats.errors=0 gateway.nats.handler.faults=0 gateway.nats.handler.stalls=0 gateway.nats.pending.bytes=0 "
            + "gateway.nats.pending.limit=16777216 gateway.nats.pending.messages=0 gateway.nats.pending.requests=0 gateway.nats.published.bytes=5 "
            + "gateway.nats.published.messages=1 gateway.nats.published.refused=0 gateway.nats.published.unconfirmed=0 gateway.nats.received.bytes=5 "
            + "gateway.nats.received.dropped=0 gateway.nats.received.messages=1 gateway.nats.reconnects=0 gateway.nats.subscriptions=1",
            string.Join(' ', seen.Select(each => $"{each.Key}={each.Value}")));
    }
}
