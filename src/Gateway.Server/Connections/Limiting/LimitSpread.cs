using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Limiting;

/// <summary>Brings an administrator's change of limits to all other nodes of the cluster, and says who took it. A node that comes later does not have it.</summary>
/// <param name="self">Name of this node.</param>
/// <param name="asking">Null on a node that is alone.</param>
internal sealed class LimitSpread(string self, NodeAsking? asking)
{
    /// <summary>After this node has taken it.</summary>
    /// <param name="wanted">As it was asked for here.</param>
    /// <param name="by">Who.</param>
    public async Task<LimitReach> SpreadAsync(IReadOnlyDictionary<string, JsonElement> wanted, string by)
    {
        var reach = new LimitReach();
        reach.Add(self, []);
        if (asking is null)
            return reach;
        var answers = await asking.AskAsync(QuestionKind.ChangeLimits, BodyOf(wanted, by)).ConfigureAwait(false);
        foreach (var (node, answer) in answers.All)
            reach.Add(node.Name, SentencesIn(answer));
        reach.IsComplete = answers.IsComplete;
        return reach;
    }

    private static ReadOnlySpan<byte> BodyOf(IReadOnlyDictionary<string, JsonElement> wanted, string by)
    {
        var json = new JsonObject(wanted.Select(static each => KeyValuePair.Create(each.Key, JsonNode.Parse(each.Value.GetRawText()))));
        var body = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(body);
        writer.WriteArrayHeader(2);
        writer.WriteString(by);
        writer.WriteString(json.ToJsonString());
        writer.Flush();
        return body.WrittenSpan;
    }

    private static List<string> SentencesIn(ReadOnlySpan<byte> answer)
    {
        var reader = new MessagePackReader(answer);
        if (!reader.TryReadArrayHeader(out var count))
            return ["Its answer cannot be read."];
        var sentences = new List<string>();
        for (var i = 0; i < count && reader.TryReadString(out var sentence); i++)
            sentences.Add(Encoding.UTF8.GetString(sentence));
        return sentences;
    }
}
