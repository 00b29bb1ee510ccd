namespace Gateway.Server.Rooms;

/// <summary>What is configured for one kind of room, <c>Gateway:Rooms:Kinds:{kind}</c>. Rules: see <see cref="RoomRule"/>.</summary>
internal sealed class RoomKindOptions
{
    /// <summary>True: acknowledged after the history has it, made up for after a reconnect. False: at most once. Default true.</summary>
    public bool Durable { get; set; } = true;

    /// <summary>Messages kept for resuming members, per room. Default 1,000: at 10 messages a second a member may be away for 100 s. More costs memory (each about its payload plus 100 bytes).</summary>
    public int MaxHistoryCount { get; set; } = 1000;

    /// <summary>Bytes kept, per room. Default 1 MiB, so that a room of large payloads cannot take the node's history for itself.</summary>
    public int MaxHistoryBytes { get; set; } = 1024 * 1024;

    /// <summary>Age after which a message is no longer offered. Default 24 hours: a laptop closed over night.</summary>
    public TimeSpan MaxHistoryAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Who may join. Default <c>granted,role:admin,role:service</c>.</summary>
    public string Join { get; set; } = "granted,role:admin,role:service";

    /// <summary>Who may publish. Default <c>granted,role:admin,role:service</c>.</summary>
    public string Publish { get; set; } = "granted,role:admin,role:service";

    /// <summary>Who may see who is there. Default <c>granted,role:admin,role:service</c>.</summary>
    public string Presence { get; set; } = "granted,role:admin,role:service";

    /// <summary>Members (connections) a room may have on each lane of a node. Default 100,000, more than a node holds: the node's own limit comes first. Counted by lane, so that no join has to ask another one.</summary>
    public int MaxMembers { get; set; } = 100_000;

    /// <summary>Which rooms a congested connection is sent first. Default medium.</summary>
    public RoomPriority Priority { get; set; } = RoomPriority.Medium;

    /// <summary>How many conflation keys a room remembers the latest message of, for those who join. Default 64; 0 for what must never be stored, such as cursors.</summary>
    public int MaxKeptKeys { get; set; } = 64;

    /// <summary>How long messages wait for others to share a WebSocket message with. Default 0: they leave with the turn. 20 to 100 ms saves CPU where nobody notices the delay.</summary>
    public TimeSpan BatchingInterval { get; set; }

    /// <summary>How long an idempotency key is remembered. Default 2 minutes: longer than an SDK goes on retrying before it asks its user.</summary>
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromMinutes(2);
}
