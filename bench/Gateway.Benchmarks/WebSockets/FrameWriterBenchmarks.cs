using BenchmarkDotNet.Attributes;
using Gateway.Protocol.WebSockets;

namespace Gateway.Benchmarks.WebSockets;

/// <summary>Writes a thousand headers. Figures are per header; allocation must be 0.</summary>
[MemoryDiagnoser]
public class FrameWriterBenchmarks
{
    private const int Headers = 1000;

    private readonly byte[] _destination = new byte[FrameWriter.MaxControlFrameBytes];

    [Params(125, 1024, 70000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var expected = Length switch { <= 125 => 2, <= 65535 => 4, _ => 10 };
        if (Header() != Headers * expected || _destination[0] != 0x82)
            throw new InvalidOperationException("Not a header of a binary message.");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Headers)]
    public int Header()
    {
        var bytes = 0;
        for (var i = 0; i < Headers; i++)
            bytes += FrameWriter.WriteHeader(_destination, Opcode.Binary, Length);
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Headers)]
    public int Close()
    {
        var bytes = 0;
        for (var i = 0; i < Headers; i++)
            bytes += FrameWriter.WriteClose(_destination, CloseCode.GoingAway, "The node is about to stop; come back.");
        return bytes;
    }
}
