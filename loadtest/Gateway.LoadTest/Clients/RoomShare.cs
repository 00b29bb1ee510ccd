using System.Text;

namespace Gateway.LoadTest.Clients;

/// <summary>What one worker knows of a room: who publishes to it from here, and who of here is in it. One instance a room, shared by its seats.</summary>
internal sealed class RoomShare(string name)
{
    public string Text => name;

    public byte[] Name { get; } = Encoding.ASCII.GetBytes(name);

    public List<Seat> Seats { get; } = [];

    public List<PublishStream> Streams { get; } = [];
}
