namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>The history of one room in a <see cref="SimStore"/>.</summary>
internal sealed class StoredRoom
{
    public long Epoch { get; set; }

    /// <summary>By offset - 1.</summary>
    public List<(byte[] Body, UInt128 Key)> Entries { get; } = [];

    public Dictionary<UInt128, long> Keys { get; } = [];

    public long Head => Entries.Count;
}
