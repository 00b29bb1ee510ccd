using BenchmarkDotNet.Attributes;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Benchmarks.Rooms;

/// <summary>
/// The path of a message through a node without its sockets: publish frame in, ordering, history, one encoding, a send to each of 1,000 members, acknowledgement. The rig checks
/// in its constructor that one publish makes 1,000 sends. The baseline is the ephemeral room: what is above it is the price of the history.
/// </summary>
[MemoryDiagnoser]
public class RoomPublishBenchmarks
{
    private PublishRig _ephemeral = null!;
    private PublishRig _durable = null!;

    [GlobalSetup]
    public void Setup()
    {
        _ephemeral = new PublishRig("live:a", memberCount: 1000, payloadBytes: 128);
        _durable = new PublishRig("chat:a", memberCount: 1000, payloadBytes: 128);
        for (var i = 0; i < 3000; i++)
        {
            _ephemeral.Publish();
            _durable.Publish();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _ephemeral.Dispose();
        _durable.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Ephemeral() => _ephemeral.Publish();

    [Benchmark]
    public void Durable() => _durable.Publish();
}
