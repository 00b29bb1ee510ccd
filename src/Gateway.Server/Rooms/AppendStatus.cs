namespace Gateway.Server.Rooms;

/// <summary>What the history did with one message.</summary>
internal enum AppendStatus
{
    /// <summary>The history did not answer; the message may or may not be stored.</summary>
    Unavailable,

    /// <summary>It has its offset.</summary>
    Stored,

    /// <summary>Its key was seen before; the offset is the first one's.</summary>
    Duplicate,

    /// <summary>Not stored: the room is not where its history is (a write in doubt was carried out, or the history was lost). It opens again and stores it then.</summary>
    Behind,

    /// <summary>Not stored: another node owns the shard by now.</summary>
    Fenced,
}
