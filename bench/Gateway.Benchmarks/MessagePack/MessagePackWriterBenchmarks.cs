using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Protocol.MessagePack;

namespace Gateway.Benchmarks.MessagePack;

/// <summary>Writing one message, against System.Text.Json writing the same one.</summary>
[MemoryDiagnoser]
public class MessagePackWriterBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly byte[] _destination = new byte[512];
    private Utf8JsonWriter _json = null!;

    /// <summary>Checks what is written.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _json = new Utf8JsonWriter(_buffer);
        CursorMessage.Require(WriteJson() == CursorMessage.Json.Length && _buffer.WrittenSpan.SequenceEqual(CursorMessage.Json));
        CursorMessage.Require(WriteToBuffer() > 0 && _buffer.WrittenSpan.SequenceEqual(CursorMessage.MessagePack));
        CursorMessage.Require(_destination.AsSpan(0, (int)WriteToSpan()).SequenceEqual(CursorMessage.MessagePack));
    }

    /// <summary>Gives the buffers back.</summary>
    [GlobalCleanup]
    public void Cleanup() => _json.Dispose();

    /// <summary>The base library's writer, reused.</summary>
    [Benchmark(Baseline = true)]
    public int WriteJson()
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        CursorMessage.Write(_json);
        return _buffer.WrittenCount;
    }

    /// <summary>Our writer over a buffer writer.</summary>
    [Benchmark]
    public int WriteToBuffer()
    {
        _buffer.ResetWrittenCount();
        var writer = new MessagePackWriter(_buffer);
        CursorMessage.Write(ref writer);
        writer.Flush();
        return _buffer.WrittenCount;
    }

    /// <summary>Our writer over a span.</summary>
    [Benchmark]
    public long WriteToSpan()
    {
        var writer = new MessagePackWriter(_destination);
        CursorMessage.Write(ref writer);
        return writer.Written;
    }
}
