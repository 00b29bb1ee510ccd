using System.Collections.Frozen;

namespace Gateway.Server.Rooms;

/// <summary>All kinds of room of a node. Immutable.</summary>
internal sealed class RoomKinds
{
    private readonly FrozenDictionary<string, RoomKind> _kinds;
    private readonly FrozenDictionary<string, RoomKind>.AlternateLookup<ReadOnlySpan<char>> _byName;

    private RoomKinds(Dictionary<string, RoomKind> kinds)
    {
        _kinds = kinds.ToFrozenDictionary(StringComparer.Ordinal);
        _byName = _kinds.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The kinds, or null with sentences about what is wrong with them.</summary>
    public static RoomKinds? Create(RoomsOptions options, ICollection<string> errors)
    {
        var kinds = new Dictionary<string, RoomKind>(StringComparer.Ordinal);
        foreach (var (name, kindOptions) in options.Kinds)
        {
            if (RoomKind.Create(name, kindOptions, errors) is { } kind)
            {
                kinds[name] = kind;
            }
        }

        return errors.Count > 0 ? null : new RoomKinds(kinds);
    }

    /// <summary>The kind a room's name begins with; null when the name is ill-formed or the kind unknown.</summary>
    public RoomKind? Of(string room) => RoomNames.TrySplit(room, out var kind, out _) && _byName.TryGetValue(kind, out var found) ? found : null;
}
