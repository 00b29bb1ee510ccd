using BenchmarkDotNet.Attributes;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Limiting;

namespace Gateway.Benchmarks.Connections;

/// <summary>
/// What the rates cost a frame: the connection's own buckets, those it shares with the rest of its user and its address (each a compare-and-swap or two), and the same while another
/// thread takes from the shared ones without a pause, which no node does. The baseline is the connection's own.
/// </summary>
[MemoryDiagnoser]
public class LimitBenchmarks
{
    private const int FrameBytes = 160;
    private const int Count = 1000;

    private readonly RateRules _rules = new(1_000_000_000, int.MaxValue, 1_000_000_000, TimeSpan.FromSeconds(60));
    private readonly ConnectionRates _own = new();
    private readonly AddressUse _user = new(System.Net.IPAddress.Loopback);
    private readonly AddressUse _address = new(System.Net.IPAddress.Loopback);
    private Thread? _other;
    private volatile bool _isStopping;
    private long _now;

    [GlobalSetup(Target = nameof(SharedWithAnotherThread))]
    public void StartOther()
    {
        Verify();
        _other = new Thread(() =>
        {
            for (long now = 0; !_isStopping; now += 1000)
            {
                _user.Take(_rules, now, FrameBytes, isJoin: false, out _);
                _address.Take(_rules, now, FrameBytes, isJoin: false, out _);
            }
        });
        _other.Start();
    }

    [GlobalCleanup(Target = nameof(SharedWithAnotherThread))]
    public void StopOther()
    {
        _isStopping = true;
        _other!.Join();
    }

    [GlobalSetup(Targets = [nameof(Own), nameof(Shared)])]
    public void Verify()
    {
        if (Take(_own, isShared: true) != 0 || new ConnectionRates().Take(new RateRules(1, 1, 1, TimeSpan.FromSeconds(1)), 0, FrameBytes, isJoin: false, out _) == 0)
            throw new InvalidOperationException("The buckets take what they should refuse, or refuse what they should take.");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public long Own() => Repeat(isShared: false);

    [Benchmark(OperationsPerInvoke = Count)]
    public long Shared() => Repeat(isShared: true);

    [Benchmark(OperationsPerInvoke = Count)]
    public long SharedWithAnotherThread() => Repeat(isShared: true);

    private long Repeat(bool isShared)
    {
        long waits = 0;
        for (var i = 0; i < Count; i++)
            waits += Take(_own, isShared);
        return waits;
    }

    private long Take(ConnectionRates own, bool isShared)
    {
        _now += 1000;
        var wait = own.Take(_rules, _now, FrameBytes, isJoin: false, out _);
        if (isShared)
            wait += _user.Take(_rules, _now, FrameBytes, isJoin: false, out _) + _address.Take(_rules, _now, FrameBytes, isJoin: false, out _);
        return wait;
    }
}
