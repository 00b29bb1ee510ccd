using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>How a frame names a room: by its name, or by the number that <c>joined</c> gave it on this connection.</summary>
public readonly ref struct RoomReference
{
    /// <summary>The room of this name.</summary>
    public RoomReference(ReadOnlySpan<byte> name) => Name = name;

    /// <summary>The joined room of this number.</summary>
    public RoomReference(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        Number = number;
    }

    /// <summary>The name as UTF-8, empty when the room is named by its number. One that was read is valid by <see cref="RoomName"/>.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The number, when <see cref="IsNumber"/>.</summary>
    public int Number { get; }

    /// <summary>Whether the room is named by its number.</summary>
    public bool IsNumber => Name.IsEmpty;

    /// <summary>Writes the name as a string or the number as an integer.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        if (IsNumber)
            writer.WriteInt(Number);
        else
            writer.WriteStringUtf8(Name);
    }
}
