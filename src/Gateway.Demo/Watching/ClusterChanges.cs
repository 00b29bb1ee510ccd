namespace Gateway.Demo.Watching;

/// <summary>What happened between two looks at a cluster, in sentences.</summary>
internal static class ClusterChanges
{
    private const string Nobody = "nobody";

    public static IEnumerable<string> Between(ClusterState before, ClusterState after)
    {
        foreach (var node in after.Nodes)
        {
            if (node.Status != before.Find(node.Name)?.Status)
                yield return $"{node.Name} {Sentence(node.Status)}";
        }

        foreach (var node in before.Nodes.Where(node => after.Find(node.Name) is null))
            yield return $"{node.Name} is forgotten";

        // From whom to whom, and how many: a death moves some ninety shards, which is one line.
        var moves = Enumerable.Range(0, after.Owners.Count)
            .Select(shard => (From: before.OwnerOf(shard) ?? Nobody, To: after.OwnerOf(shard) ?? Nobody))
            .Where(static move => move.From != move.To)
            .CountBy(static move => move)
            .OrderBy(static move => move.Key)
            .Select(static move => $"{move.Key.From} -> {move.Key.To} {move.Value}")
            .ToList();
        if (moves.Count > 0)
            yield return $"shards moved: {string.Join(", ", moves)}; now {Totals(after)}";
    }

    /// <summary>Who owns how many.</summary>
    public static string Totals(ClusterState state)
    {
        var parts = state.Nodes.Where(static node => node.Shards > 0).Select(static node => $"{node.Name} {node.Shards}").ToList();
        if (state.Owners.Count(static owner => owner < 0) is > 0 and var without)
            parts.Add($"{Nobody} {without}");
        return string.Join(", ", parts);
    }

    private static string Sentence(string status) => status switch
    {
        "joining" => "is joining",
        "alive" => "takes part",
        "impaired" => "cannot reach Redis",
        "draining" => "drains: it hands its shards over",
        "left" => "has left",
        "suspected" => "is silent",
        "dead" => "is taken for dead",
        _ => status,
    };
}
