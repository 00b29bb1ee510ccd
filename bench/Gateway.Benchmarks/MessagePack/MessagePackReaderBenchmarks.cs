using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Protocol.MessagePack;

namespace Gateway.Benchmarks.MessagePack;

/// <summary>Reading one message, every field of it; taking its payload whole; against System.Text.Json on the same message.</summary>
[MemoryDiagnoser]
public class MessagePackReaderBenchmarks
{
    /// <summary>Checks that all ways read the same.</summary>
    [GlobalSetup]
    public void Setup()
    {
        CursorMessage.Require(ReadJson() == ReadMessagePack() && ReadMessagePack() != 0);
        CursorMessage.Require(Skip() == CursorMessage.MessagePack.Length);
    }

    /// <summary>The base library's reader over the JSON text.</summary>
    [Benchmark(Baseline = true)]
    public long ReadJson()
    {
        var reader = new Utf8JsonReader(CursorMessage.Json);
        long sum = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when reader.TryGetInt64(out var integer):
                    sum += integer;
                    break;
                case JsonTokenType.Number:
                    sum += (long)reader.GetDouble();
                    break;
                case JsonTokenType.String:
                    sum += reader.ValueIsEscaped ? reader.GetString()!.Length + 1 : reader.ValueSpan.Length;
                    break;
            }
        }

        return sum;
    }

    /// <summary>Our reader over the MessagePack bytes.</summary>
    [Benchmark]
    public long ReadMessagePack()
    {
        var reader = new MessagePackReader(CursorMessage.MessagePack);
        reader.TryReadArrayHeader(out _);
        reader.TryReadInt32(out var op);
        reader.TryReadInt32(out var room);
        reader.TryReadInt64(out var offset);
        reader.TryReadString(out var name);
        reader.TryReadMapHeader(out _);
        reader.TryReadString(out _);
        reader.TryReadDouble(out var x);
        reader.TryReadString(out _);
        reader.TryReadInt32(out var y);
        reader.TryReadString(out _);
        reader.TryReadArrayHeader(out var count);
        long sum = op + room + offset + name.Length + (long)x + y;
        for (var i = 0; i < count; i++)
        {
            reader.TryReadInt32(out var selected);
            sum += selected;
        }

        reader.TryReadString(out _);
        reader.TryReadString(out var label);
        reader.TryReadString(out var sender);
        reader.TryReadInt64(out var time);
        return sum + label.Length + sender.Length + time;
    }

    /// <summary>Checking the whole message without reading it: what happens to every payload on its way through.</summary>
    [Benchmark]
    public int Skip()
    {
        var reader = new MessagePackReader(CursorMessage.MessagePack);
        reader.TrySkip(out var raw);
        return raw.Length;
    }
}
