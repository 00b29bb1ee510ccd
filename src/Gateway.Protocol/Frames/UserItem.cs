using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The name of a user in a list: a string of 1 to 128 bytes.</summary>
/// <param name="utf8">The name.</param>
public readonly ref struct UserItem(ReadOnlySpan<byte> utf8) : IListItem<UserItem>
{
    /// <summary>The name as UTF-8.</summary>
    public ReadOnlySpan<byte> User { get; } = utf8;

    /// <inheritdoc/>
    public static bool TryRead(scoped ref MessagePackReader reader, out UserItem item)
    {
        item = default;
        if (!reader.TryReadString(out var utf8) || utf8.Length is < 1 or > FrameLimits.MaxNameBytes)
            return false;
        item = new UserItem(utf8);
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer) => writer.WriteStringUtf8(User);
}
