using BenchmarkDotNet.Attributes;
using Gateway.Nats;
using Gateway.Nats.Connections;
using Gateway.Nats.Diagnostics;
using Gateway.Nats.Protocol;
using Gateway.Nats.Subscriptions;

namespace Gateway.Benchmarks.Nats;

/// <summary>Publishes a thousand messages of 128 bytes into the outbox and takes them out as the write loop does. Figures are per message; allocation must be 0.</summary>
[MemoryDiagnoser]
public class NatsPublishBenchmarks
{
    private const int Messages = 1000;

    private readonly byte[] _payload = new byte[128];
    private readonly List<TaskCompletionSource<NatsError?>> _flushes = [];
    private List<Chunk> _batch = [];
    private Outbox _outbox = null!;

    [GlobalSetup]
    public void Setup()
    {
        _outbox = new Outbox(1 << 24, new SubscriptionTable(new ConnectionCounters(), new GuardedObserver(observer: null)));
        _outbox.Attach(new ServerInfo());
        if (PublishAndTake() != Messages * 157)
            throw new InvalidOperationException("Not what a thousand PUB are on the wire.");
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int PublishAndTake()
    {
        for (var i = 0; i < Messages; i++)
            _outbox.Publish("gateway.room.4711"u8, default, default, _payload);
        _batch.Clear();
        _outbox.Take(ref _batch, _flushes, ping: false, pong: false, retire: false);
        var bytes = 0;
        foreach (var chunk in _batch)
        {
            bytes += chunk.Length;
            _outbox.Written(chunk);
        }

        return bytes;
    }
}
