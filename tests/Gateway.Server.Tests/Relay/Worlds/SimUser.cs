namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>A user who wants to be in a room, over connections to one node and another: where it stands, and what it has seen.</summary>
internal sealed class SimUser(string name, string room, bool isDurable)
{
    public string Name { get; } = name;

    public string Room { get; } = room;

    public bool IsDurable { get; } = isDurable;

    public long Epoch { get; set; }

    public long Position { get; set; }

    public Dictionary<(long Epoch, long Offset), string> Seen { get; } = [];

    /// <summary>Null while it has no connection.</summary>
    public SimSession? Session { get; set; }

    /// <summary>Whom it believes to be there.</summary>
    public HashSet<string> View { get; } = new(StringComparer.Ordinal);

    /// <summary>Who was ever said to have left, with the time.</summary>
    public List<(long At, string User)> Left { get; } = [];

    /// <summary>The latest transient message of each conflation key.</summary>
    public Dictionary<string, string> Kept { get; } = new(StringComparer.Ordinal);

    public int LossCount { get; set; }

    public int EpochCount { get; set; }

    /// <summary>What it saw of transient messages: the latest of each text's owner.</summary>
    public int TransientCount { get; set; }
}
