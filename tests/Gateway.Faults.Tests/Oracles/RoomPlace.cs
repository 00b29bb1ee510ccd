namespace Gateway.Faults.Tests.Oracles;

/// <summary>A place in a room's order.</summary>
internal readonly record struct RoomPlace(string Room, long Epoch, long Offset)
{
    public override string ToString() => $"{Room} {Epoch}/{Offset}";
}
