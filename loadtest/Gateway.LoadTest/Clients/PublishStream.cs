namespace Gateway.LoadTest.Clients;

/// <summary>What one publisher has sent to one room.</summary>
/// <param name="room">The room.</param>
/// <param name="slot">The publisher's place among those of the room, over all workers.</param>
internal sealed class PublishStream(RoomShare room, int slot)
{
    public RoomShare Room => room;

    public int Slot => slot;

    /// <summary>The last sequence that was sent.</summary>
    public uint Sequence { get; set; }

    /// <summary>How many of them the server refused, or never acknowledged: nobody may count on those.</summary>
    public long Unacknowledged { get; set; }
}
