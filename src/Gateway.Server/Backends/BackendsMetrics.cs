using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Protocol.Frames;

namespace Gateway.Server.Backends;

/// <summary>What backends do. Counting a message takes an interlocked addition; what is counted is read when metrics are collected.</summary>
internal sealed class BackendsMetrics
{
    private readonly ConcurrentDictionary<(string Kind, ErrorCode Code), Tally> _outcomes = new();
    private readonly Tally _accepted = new();
    private readonly Counter<long> _requests;
    private readonly Counter<long> _refusedKeys;
    private long _droppedAnswers;
    private int _pending;

    public BackendsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Gateway.Server");
        _outcomes[("room", ErrorCode.None)] = _accepted;
        meter.CreateObservableCounter("gateway.backends.messages", Outcomes, "{message}", "Messages and calls of backends, by what they were and the error (none: taken)");
        meter.CreateObservableCounter("gateway.backends.answers_dropped", () => Volatile.Read(ref _droppedAnswers), "{answer}", "Answers to backends that the NATS connection had no place for");
        meter.CreateObservableGauge("gateway.backends.pending", () => Volatile.Read(ref _pending), "{message}", "Messages of backends over NATS that wait for their room");
        _requests = meter.CreateCounter<long>("gateway.backends.requests", "{request}", "Requests of clients to backend services, by service and error (none: answered)");
        _refusedKeys = meter.CreateCounter<long>("gateway.backends.refused_keys", "{request}", "HTTP requests without a valid API key");
    }

    public long DroppedAnswerCount => Volatile.Read(ref _droppedAnswers);

    /// <summary>Messages that wait for their room.</summary>
    public int PendingCount => Volatile.Read(ref _pending);

    /// <returns>How many there are now, this one included.</returns>
    public int Enter() => Interlocked.Increment(ref _pending);

    public void Leave() => Interlocked.Decrement(ref _pending);

    public void Count(string kind, ErrorCode code)
    {
        var tally = code == ErrorCode.None && ReferenceEquals(kind, "room") ? _accepted : _outcomes.GetOrAdd((kind, code), static _ => new Tally());
        tally.Add();
    }

    public long CountOf(string kind, ErrorCode code) => _outcomes.TryGetValue((kind, code), out var tally) ? tally.Value : 0;

    public void AnswerDropped() => Interlocked.Increment(ref _droppedAnswers);

    public void Request(string service, ErrorCode code) => _requests.Add(1, new("service", service), new("error", NameOf(code)));

    public void KeyRefused() => _refusedKeys.Add(1);

    private static string NameOf(ErrorCode code) => code == ErrorCode.None ? "none" : code.Name();

    private IEnumerable<Measurement<long>> Outcomes() =>
        _outcomes.Select(static each => new Measurement<long>(each.Value.Value, new("kind", each.Key.Kind), new("error", NameOf(each.Key.Code))));

    private sealed class Tally
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }
}
