using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>Something that frames have lists of.</summary>
/// <typeparam name="TSelf">The item.</typeparam>
public interface IListItem<TSelf>
    where TSelf : IListItem<TSelf>, allows ref struct
{
    /// <summary>Reads one item.</summary>
    /// <returns>False when it is none.</returns>
    static abstract bool TryRead(scoped ref MessagePackReader reader, out TSelf item);

    /// <summary>Writes the item as an element of an array.</summary>
    void Write(ref MessagePackWriter writer);
}
