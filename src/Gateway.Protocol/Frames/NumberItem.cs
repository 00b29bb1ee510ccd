using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The number of a room in a list.</summary>
/// <param name="Number">As <c>joined</c> gave it.</param>
public readonly record struct NumberItem(int Number) : IListItem<NumberItem>
{
    /// <inheritdoc/>
    public static bool TryRead(scoped ref MessagePackReader reader, out NumberItem item)
    {
        item = default;
        if (!reader.TryReadInt32(out var number) || number < 0)
            return false;
        item = new NumberItem(number);
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer) => writer.WriteInt(Number);
}
