using BenchmarkDotNet.Attributes;
using Gateway.Protocol.WebSockets;

namespace Gateway.Benchmarks.WebSockets;

/// <summary>Unmasking with vectors against the loop of RFC 6455 5.3.</summary>
[MemoryDiagnoser]
public class MaskingBenchmarks
{
    private const uint Key = 0x3D21FA37;

    private byte[] _source = [];
    private byte[] _destination = [];

    [Params(16, 125, 1024, 65536)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _source = new byte[Length];
        new Random(1).NextBytes(_source);
        _destination = new byte[Length];
        Scalar();
        var expected = _destination.ToArray();
        Array.Clear(_destination);
        Vectors();
        if (!_destination.AsSpan().SequenceEqual(expected))
            throw new InvalidOperationException("Vectors and loop differ.");
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        var source = _source;
        var destination = _destination;
        for (var i = 0; i < source.Length && i < destination.Length; i++)
            destination[i] = (byte)(source[i] ^ (byte)(Key >> ((i & 3) * 8)));
    }

    [Benchmark]
    public void Vectors() => Masking.Apply(_source, _destination, Key, 0);
}
