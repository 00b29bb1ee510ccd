using System.Buffers;
using System.IO.Compression;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Protocol.WebSockets;

namespace Gateway.Benchmarks.WebSockets;

/// <summary>Reads a compressed message with our inflater against zlib behind DeflateStream, which must be made anew for each message.</summary>
[MemoryDiagnoser]
public class InflaterBenchmarks : IDisposable
{
    private readonly ReceiveScratch _scratch = new();
    private readonly byte[] _output = new byte[1024 * 1024];
    private MessageReader _reader = new(new MessageReaderOptions(), deflate: true);
    private byte[] _compressed = [];
    private byte[] _frame = [];

    [Params(200, 4096, 65536, 1000000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < Length; i++)
            text.Append("{\"id\":").Append(i * 7919 % 10007).Append(",\"kind\":\"collaboration:update\",\"at\":").Append(i * 31).Append("},");
        var message = Encoding.ASCII.GetBytes(text.ToString())[..Length];
        using (var deflater = new Deflater())
            _compressed = deflater.Deflate(message).ToArray();

        _frame = new byte[FrameWriter.MaxClientHeaderBytes + _compressed.Length];
        var header = FrameWriter.WriteMaskedHeader(_frame, Opcode.Text, _compressed.Length, 7, rsv1: true);
        Masking.Apply(_compressed, _frame.AsSpan(header), 7, 0);
        _frame = _frame[..(header + _compressed.Length)];
        _compressed = [.. _compressed, 0, 0, 0xFF, 0xFF];
        if (Zlib() != Length || !_output.AsSpan(0, Length).SequenceEqual(message) || Ours() != Length)
            throw new InvalidOperationException("Not what was compressed.");
    }

    [Benchmark(Baseline = true)]
    public int Zlib()
    {
        using var stream = new DeflateStream(new MemoryStream(_compressed), CompressionMode.Decompress);
        return stream.ReadAtLeast(_output, Length);
    }

    [Benchmark]
    public int Ours()
    {
        var input = new ReadOnlySequence<byte>(_frame);
        return _reader.Read(ref input, _scratch, out var message) == MessageReadStatus.Message ? message.Payload.Length : -1;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _reader.Release();
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }
}
