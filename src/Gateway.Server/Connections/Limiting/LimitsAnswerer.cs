using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Limiting;

/// <summary>Changes the limits here when an administrator has changed them on another node.</summary>
internal sealed class LimitsAnswerer(LimitChanges changes) : INodeAnswerer
{
    public QuestionKind Kind => QuestionKind.ChangeLimits;

    // A change may wait for another one that reads files: not on the wire's thread.
    public void Take(ReadOnlySpan<byte> body, Question question)
    {
        var reader = new MessagePackReader(body);
        if (!reader.TryReadArrayHeader(out var count) || count < 2 || !reader.TryReadString(out var by) || !reader.TryReadString(out var json))
            return;
        ThreadPool.UnsafeQueueUserWorkItem(
            state => state.question.Reply(Change(state.json, state.by)), (question, json: json.ToArray(), by: Encoding.UTF8.GetString(by)), preferLocal: false);
    }

    private byte[] Change(byte[] json, string by)
    {
        string[] sentences;
        try
        {
            var wanted = JsonSerializer.Deserialize(json, LimitsJson.Default.DictionaryStringJsonElement) ?? [];
            sentences = [.. changes.Override(wanted, by).Values.SelectMany(static each => each)];
        }
        catch (JsonException exception)
        {
            sentences = [exception.Message];
        }

        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(sentences.Length);
        foreach (var sentence in sentences)
            writer.WriteString(sentence);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
