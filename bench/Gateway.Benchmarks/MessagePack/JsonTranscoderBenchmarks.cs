using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Protocol.MessagePack;

namespace Gateway.Benchmarks.MessagePack;

/// <summary>Translating one message both ways; the baseline reads and writes the JSON as a tree of the base library.</summary>
[MemoryDiagnoser]
public class JsonTranscoderBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly JsonTranscoder _transcoder = new();

    /// <summary>Checks that a message survives both ways.</summary>
    [GlobalSetup]
    public void Setup()
    {
        CursorMessage.Require(ToJson() > 0);
        CursorMessage.Require(JsonNode.DeepEquals(JsonNode.Parse(_buffer.WrittenSpan), JsonNode.Parse(CursorMessage.Json)));
        CursorMessage.Require(ToMessagePack() > 0 && _buffer.WrittenSpan.SequenceEqual(CursorMessage.MessagePack));
    }

    /// <summary>Gives the buffers back.</summary>
    [GlobalCleanup]
    public void Cleanup() => _transcoder.Dispose();

    /// <summary>Parsing and writing with JsonNode.</summary>
    [Benchmark(Baseline = true)]
    public int JsonTree()
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer);
        JsonNode.Parse(CursorMessage.Json)!.WriteTo(writer);
        writer.Flush();
        return _buffer.WrittenCount;
    }

    /// <summary>MessagePack to JSON.</summary>
    [Benchmark]
    public int ToJson()
    {
        _buffer.ResetWrittenCount();
        _transcoder.ToJson(CursorMessage.MessagePack, _buffer, out _);
        return _buffer.WrittenCount;
    }

    /// <summary>JSON to MessagePack.</summary>
    [Benchmark]
    public int ToMessagePack()
    {
        _buffer.ResetWrittenCount();
        _transcoder.ToMessagePack(CursorMessage.Json, _buffer, out _);
        return _buffer.WrittenCount;
    }
}
