namespace Gateway.Server.Rooms;

/// <summary>What one other node has told the owner of a room of the users there. Belongs to the room's home lane.</summary>
internal sealed class RosterShare
{
    /// <summary>By user, its connections on that node; 0 while its grace runs there.</summary>
    public Dictionary<string, int> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of the node's last report that was taken; -1: none.</summary>
    public long Version { get; set; } = -1;

    /// <summary>Who has been named so far, while the node tells everybody in parts; else null.</summary>
    public HashSet<string>? Named { get; set; }

    /// <summary>The node has to tell all again.</summary>
    public void Forget()
    {
        Users.Clear();
        Named = null;
        Version = -1;
    }
}
