using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Items that are arrays themselves: their fields are read as those of a frame are, unknown ones at the end ignored.</summary>
internal static class ItemFields
{
    /// <summary>Takes the item's whole array from the list's reader and gives its fields.</summary>
    public static bool TryOpen(scoped ref MessagePackReader list, out FieldReader fields)
    {
        fields = default;
        if (!list.TrySkip(out var raw))
            return false;
        var reader = new MessagePackReader(raw);
        if (!reader.TryReadArrayHeader(out var count))
            return false;
        fields = new FieldReader(reader, count, int.MaxValue);
        return true;
    }
}
