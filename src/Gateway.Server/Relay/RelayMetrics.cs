using System.Diagnostics.Metrics;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>What the relay measures. Any thread.</summary>
internal sealed class RelayMetrics
{
    private static readonly InstrumentAdvice<double> Times = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly Histogram<double> _forwardTime;
    private readonly Histogram<double> _lag;
    private readonly TimeProvider _time;
    private long _restarted;
    private long _sent;
    private long _received;
    private long _unsent;
    private long _malformed;
    private long _dropped;
    private long _overtaken;
    private long _standing;
    private long _warmed;

    public RelayMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create("Gateway.Server.Relay");
        _forwardTime = meter.CreateHistogram("gateway.relay.forward_duration", "s", "From taking a publish to its owner's answer, on another node.", tags: null, Times);
        _lag = meter.CreateHistogram("gateway.relay.lag", "s", "From a message's publishing to its arrival at a node that follows, by both nodes' wall clocks.", tags: null, Times);
        meter.CreateObservableCounter("gateway.relay.holes", static () => Room.HoleCount, "{hole}", "Holes found in what owners sent: filled from the history, or told as lost in rooms without one.");
        meter.CreateObservableCounter("gateway.relay.restarts", () => Volatile.Read(ref _restarted), "{restart}", "Times that unanswered publishes of a shard were sent again, to the same or another owner.");
        meter.CreateObservableCounter("gateway.relay.sent", () => Volatile.Read(ref _sent), "{message}", "NATS messages sent to rooms that other nodes follow; each carries what a room got within a turn.");
        meter.CreateObservableCounter("gateway.relay.received", () => Volatile.Read(ref _received), "{message}", "Room messages received from owners on other nodes.");
        meter.CreateObservableCounter("gateway.relay.unsent", () => Volatile.Read(ref _unsent), "{message}", "Messages that NATS did not take; what they carried is asked for or filled later.");
        meter.CreateObservableCounter("gateway.relay.dropped", () => Volatile.Read(ref _dropped), "{message}", "NATS messages of owners that were dropped because the room's lane had too much waiting; what they carried is filled later.");
        meter.CreateObservableCounter("gateway.relay.overtaken", () => Volatile.Read(ref _overtaken), "{message}", "What other nodes had sent before something that came first, and was dropped for it: their connection to NATS had moved to another server. What is kept is asked for, what is stored is filled.");
        meter.CreateObservableUpDownCounter("gateway.relay.stand_in_rooms", () => Volatile.Read(ref _standing), "{room}", "Rooms of other owners of which this node knows where they stand, as a stand-in, without following them.");
        meter.CreateObservableCounter("gateway.relay.warm_rooms", () => Volatile.Read(ref _warmed), "{room}", "Rooms that this node opened as their new owner from what it had been told as a stand-in.");
        meter.CreateObservableCounter("gateway.relay.malformed", () => Volatile.Read(ref _malformed), "{message}", "Messages of other nodes that could not be read.");
    }

    public void Forwarded(long milliseconds) => _forwardTime.Record(milliseconds / 1000.0);

    public void Restarted() => Interlocked.Increment(ref _restarted);

    public void Sent() => Interlocked.Increment(ref _sent);

    public void Received(int count, long publishedAt)
    {
        Interlocked.Add(ref _received, count);
        _lag.Record(Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds() - publishedAt) / 1000.0);
    }

    public void Unsent() => Interlocked.Increment(ref _unsent);

    public void Dropped() => Interlocked.Increment(ref _dropped);

    public void Overtaken() => Interlocked.Increment(ref _overtaken);

    public void StandingBy(int change) => Interlocked.Add(ref _standing, change);

    public void Warmed() => Interlocked.Increment(ref _warmed);

    public void Malformed() => Interlocked.Increment(ref _malformed);
}
