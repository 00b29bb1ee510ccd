namespace Gateway.Server.Tests.Simulation;

/// <summary>Where a <see cref="SimClient"/> stands in a room, and what it has seen there.</summary>
internal sealed class SimRoom(string name)
{
    public string Name { get; } = name;

    public bool IsDurable => Name.StartsWith("chat:", StringComparison.Ordinal);

    public long Epoch { get; set; }

    public long Position { get; set; }

    public bool IsJoined { get; set; }

    public bool HasLeft { get; set; }

    public Dictionary<(long Epoch, long Offset), string> Seen { get; } = [];
}
