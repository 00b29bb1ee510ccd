using System.Buffers;
using BenchmarkDotNet.Attributes;
using Gateway.Protocol.WebSockets;

namespace Gateway.Benchmarks.WebSockets;

/// <summary>Reads a thousand messages that arrived whole, and one that arrived in pieces. Figures are per message; allocation must be 0.</summary>
[MemoryDiagnoser]
public class MessageReaderBenchmarks : IDisposable
{
    private const int Messages = 1000;
    private const uint Key = 0x3D21FA37;
    private const int PieceBytes = 1400;

    private readonly ReceiveScratch _scratch = new();
    private MessageReader _reader = new(new MessageReaderOptions(), deflate: false);
    private byte[] _whole = [];
    private byte[] _long = [];

    [Params(16, 125, 1024, 16384)]
    public int Length { get; set; }

    [Params(Opcode.Text, Opcode.Binary)]
    public Opcode Opcode { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var frame = Frame(Length);
        _whole = [.. Enumerable.Repeat(frame, Messages).SelectMany(bytes => bytes)];
        _long = Frame(Length * 16);
        if (Whole() != (long)Messages * Length || Pieces() != Length * 16)
            throw new InvalidOperationException("Not what was written.");
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public long Whole()
    {
        var input = new ReadOnlySequence<byte>(_whole);
        var bytes = 0L;
        while (_reader.Read(ref input, _scratch, out var message) == MessageReadStatus.Message)
            bytes += message.Payload.Length;
        return bytes;
    }

    /// <summary>A message of 16 times the length in pieces of a TCP segment.</summary>
    [Benchmark]
    public long Pieces()
    {
        for (int start = 0, end = 0; end < _long.Length;)
        {
            end = Math.Min(end + PieceBytes, _long.Length);
            var input = new ReadOnlySequence<byte>(_long, start, end - start);
            if (_reader.Read(ref input, _scratch, out var message) == MessageReadStatus.Message)
                return message.Payload.Length;
            start = end - (int)input.Length;
        }

        return 0;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _reader.Release();
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private byte[] Frame(int length)
    {
        var frame = new byte[FrameWriter.MaxClientHeaderBytes + length];
        var header = FrameWriter.WriteMaskedHeader(frame, Opcode, length, Key);
        frame.AsSpan(header, length).Fill((byte)'x');
        Masking.Apply(frame.AsSpan(header, length), frame.AsSpan(header, length), Key, 0);
        return frame[..(header + length)];
    }
}
