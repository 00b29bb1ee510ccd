using System.Text;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>The names of rooms that were heard of, so that a message for a known one allocates no string. For the wire's thread.</summary>
internal sealed class RelayRoomNames(RoomKinds kinds)
{
    // Simple, and rare: who speaks of so many rooms at a time pays for some names twice.
    private const int MaxCount = 100_000;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Null: there can be no such room.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > RoomNames.MaxLength)
            return null;
        Span<char> text = stackalloc char[RoomNames.MaxLength];
        text = text[..Encoding.Latin1.GetChars(utf8, text)];
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known))
            return known;
        var name = text.ToString();
        if (kinds.Of(name) is null)
            return null;
        if (_names.Count >= MaxCount)
            _names.Clear();
        _names.Add(name);
        return name;
    }
}
