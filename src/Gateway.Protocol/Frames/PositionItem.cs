using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Where a room's order stands: <c>[number, epoch, head]</c>.</summary>
/// <param name="Number">The room, as <c>joined</c> numbered it.</param>
/// <param name="Epoch">The epoch of its offsets.</param>
/// <param name="Head">The offset of its newest message.</param>
public readonly record struct PositionItem(int Number, long Epoch, long Head) : IListItem<PositionItem>
{
    private const int FieldCount = 3;

    /// <inheritdoc/>
    public static bool TryRead(scoped ref MessagePackReader reader, out PositionItem item)
    {
        item = default;
        if (!ItemFields.TryOpen(ref reader, out var fields)
            || !fields.TryInt(out var number) || !fields.TryLong(out var epoch) || !fields.TryLong(out var head))
        {
            return false;
        }

        item = new PositionItem(number, epoch, head);
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(FieldCount);
        writer.WriteInt(Number);
        writer.WriteInt(Epoch);
        writer.WriteInt(Head);
    }
}
