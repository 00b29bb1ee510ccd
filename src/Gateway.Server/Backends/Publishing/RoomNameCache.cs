using System.Text;
using Gateway.Server.Operations.Messaging;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Publishing;

/// <summary>
/// The names of rooms as they stand in subjects, so that a message to a room that was published to before allocates no string. Only names of known kinds are kept.
/// For one thread. Hot path.
/// </summary>
internal sealed class RoomNameCache(RoomKinds kinds, int maxCount)
{
    // Every byte of a name may be escaped.
    private const int MaxEscapedLength = RoomNames.MaxLength * 3;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public int Count => _names.Count;

    /// <summary>The room that a subject's end names; null when there can be no such room.</summary>
    public string? Find(ReadOnlySpan<byte> escaped)
    {
        if (escaped.Length > MaxEscapedLength)
            return null;
        Span<char> text = stackalloc char[MaxEscapedLength];
        text = text[..Encoding.Latin1.GetChars(escaped, text)];
        return _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known) ? known : Add(escaped, text);
    }

    private string? Add(ReadOnlySpan<byte> escaped, ReadOnlySpan<char> text)
    {
        Span<byte> name = stackalloc byte[RoomNames.MaxLength];
        if (!SubjectEscape.TryUnescape(escaped, name, out var length))
            return null;
        var room = Encoding.Latin1.GetString(name[..length]);
        if (kinds.Of(room) is null)
            return null;

        // Simple, and rare: who publishes to so many rooms at a time pays for some names twice.
        if (_names.Count >= maxCount)
            _names.Clear();
        _names.Add(text.SequenceEqual(room) ? room : text.ToString(), room);
        return room;
    }
}
