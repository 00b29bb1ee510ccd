using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Nats.Protocol;

namespace Gateway.Benchmarks.Nats;

/// <summary>Parses a thousand messages of 128 bytes, in one segment and in segments of 4 KiB. Figures are per message; allocation must be 0.</summary>
[MemoryDiagnoser]
public class NatsParserBenchmarks
{
    private const int Messages = 1000;

    private readonly OperationReader _reader = new(new ProtocolLimits(ProtocolLimits.DefaultMaxLineBytes, 1 << 20));
    private ReadOnlySequence<byte> _whole;

    [GlobalSetup]
    public void Setup()
    {
        var text = "MSG gateway.room.4711 12 128\r\n" + new string('x', 128) + "\r\n";
        _whole = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, Messages))));
        if (Parse() != Messages * 128)
            throw new InvalidOperationException("Not a thousand payloads.");
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int Parse()
    {
        var bytes = 0;
        var rest = _whole;
        while (!rest.IsEmpty && _reader.TryRead(ref rest, out var operation) == ParseStatus.Complete)
            bytes += operation.Payload.Length;
        return bytes;
    }
}
