using System.Text.Json.Nodes;

namespace Gateway.Server.Connections.Limiting;

/// <summary>Which nodes have taken a change of limits.</summary>
internal sealed class LimitReach
{
    private readonly SortedDictionary<string, IReadOnlyList<string>> _nodes = new(StringComparer.Ordinal);

    /// <summary>Every node that lives has answered.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>All have taken it.</summary>
    public bool IsEverywhere => IsComplete && _nodes.Values.All(static sentences => sentences.Count == 0);

    /// <param name="node">Its name.</param>
    /// <param name="sentences">Why it has not; empty: it has.</param>
    public void Add(string node, IReadOnlyList<string> sentences) => _nodes[node] = sentences;

    /// <summary><c>[{"node": "a", "taken": true}, {"node": "b", "taken": false, "because": ["…"]}]</c></summary>
    public JsonArray ToJson() => new([.. _nodes.Select(static each =>
    {
        var node = new JsonObject { ["node"] = each.Key, ["taken"] = each.Value.Count == 0 };
        if (each.Value.Count > 0)
            node["because"] = new JsonArray([.. each.Value.Select(static sentence => (JsonNode)sentence)]);
        return (JsonNode)node;
    })]);
}
