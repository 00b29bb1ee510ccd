namespace Gateway.Server.Rooms;

/// <summary>A kind of room with its rules parsed: what <see cref="RoomKindOptions"/> become once they are valid. Immutable, shared by all its rooms.</summary>
internal sealed class RoomKind
{
    private RoomKind(string name, RoomKindOptions options, RoomRule join, RoomRule publish, RoomRule presence)
    {
        Name = name;
        Options = options;
        Join = join;
        Publish = publish;
        Presence = presence;
    }

    public string Name { get; }

    public RoomKindOptions Options { get; }

    public RoomRule Join { get; }

    public RoomRule Publish { get; }

    public RoomRule Presence { get; }

    public bool IsDurable => Options.Durable;

    /// <summary>Checks and parses; adds a sentence for everything that is wrong.</summary>
    /// <returns>Null when anything is.</returns>
    public static RoomKind? Create(string name, RoomKindOptions options, ICollection<string> errors)
    {
        var before = errors.Count;
        var where = $"Gateway:Rooms:Kinds:{name}";
        if (!RoomNames.IsKind(name))
        {
            errors.Add($"{where}: the name of a kind is a lower-case letter followed by up to 31 letters, digits or hyphens.");
        }

        var join = Rule(options.Join, nameof(options.Join));
        var publish = Rule(options.Publish, nameof(options.Publish));
        var presence = Rule(options.Presence, nameof(options.Presence));
        Range(options.MaxHistoryCount, 1, 1_000_000, nameof(options.MaxHistoryCount));
        Range(options.MaxHistoryBytes, 1024, 1 << 30, nameof(options.MaxHistoryBytes));
        Range(options.MaxMembers, 1, 10_000_000, nameof(options.MaxMembers));
        Range(options.MaxKeptKeys, 0, 10_000, nameof(options.MaxKeptKeys));
        Range((long)options.MaxHistoryAge.TotalSeconds, 1, 366L * 86_400, nameof(options.MaxHistoryAge) + " in seconds");
        Range((long)options.BatchingInterval.TotalMilliseconds, 0, 10_000, nameof(options.BatchingInterval) + " in milliseconds");
        Range((long)options.IdempotencyWindow.TotalSeconds, 1, 86_400, nameof(options.IdempotencyWindow) + " in seconds");
        return errors.Count > before ? null : new RoomKind(name, options, join!, publish!, presence!);

        RoomRule? Rule(string text, string option)
        {
            var rule = RoomRule.Parse(text, out var error);
            if (rule is null)
            {
                errors.Add($"{where}:{option}: {error}.");
            }

            return rule;
        }

        void Range(long value, long least, long greatest, string option)
        {
            if (value < least || value > greatest)
            {
                errors.Add($"{where}:{option} is {value}; it must be from {least} to {greatest}.");
            }
        }
    }
}
