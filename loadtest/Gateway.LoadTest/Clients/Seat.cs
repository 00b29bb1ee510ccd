using System.Text;
using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Clients;

/// <summary>One connection's place in one room: its position, and what it has of each publisher.</summary>
internal sealed class Seat(RoomShare room, DeliveryLog log) : SequenceTrack
{
    public RoomShare Room => room;

    public DeliveryLog Log => log;

    /// <summary>The room's number on this connection; -1 while it is not joined.</summary>
    public int Number { get; set; } = -1;

    public long Epoch { get; set; }

    /// <summary>The last offset; with the epoch, what a resuming join says.</summary>
    public long Offset { get; set; }

    /// <summary>The room's head when it was last joined: caught up when the offset is there.</summary>
    public long Head { get; set; }

    /// <summary>Whether there is a position to resume from.</summary>
    public bool WasJoined { get; set; }

    public override string ToString() => Encoding.ASCII.GetString(room.Name);
}
