using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Relay;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Relay.Worlds;
using Gateway.Server.Tests.Rooms;

namespace Gateway.Server.Tests.Relay;

/// <summary>What other nodes send is read with care: cut off anywhere, or made of anything, it harms nobody and leaks nothing.</summary>
[Collection(nameof(AloneCollection))]
public sealed class RelayWireTests(ITestOutputHelper output)
{
    [Fact]
    public void Items_have_numbers_that_never_change()
    {
        // Nodes of two versions run side by side during an upgrade. A new item gets the next number; one whose fields change gets a new number, too.
        Assert.Equal(
            "Forward=1 Ack=2 Refused=3 Follow=4 Followed=5 Unfollow=6 Head=7 Check=8 Unknown=9 Report=10 AskReport=11 AskRoster=12 Roster=13 Busy=14 StandBy=15 StandDown=16",
            string.Join(' ', Enum.GetValues<RelayItem>().Select(static item => $"{item}={(int)item}")));
        Assert.Equal(1, RelayInbox.Version);
    }

    [Fact]
    public void Messages_between_nodes_are_read_when_cut_off_anywhere_or_changed_anywhere()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (messages, buffers) = (RoomMessage.RentedCount, WireBuffer.RentedCount);
        using var world = new SimWorld(random, ["chat:a", "live:x"]);
        var sent = new List<(string Subject, byte[] Message)>();
        foreach (var life in world.Lives)
            life.Wire.Sending = (subject, message) => sent.Add((subject, message));
        foreach (var room in world.RoomNames)
        {
            foreach (var life in world.Lives)
                world.Connect(world.AddUser($"u{life.Slot}", room), life);
        }

        var publishers = world.Lives.Select(world.AddPublisher).ToArray();
        for (var i = 0; i < 20; i++)
        {
            foreach (var publisher in publishers)
                publisher.Publish(world.RoomNames[i % 2], conflationKey: i % 5 == 0 ? "c" : null);
            world.Pass(50);
        }

        foreach (var life in world.Lives)
            life.Wire.Sending = null;
        world.Pass(3000);
        Assert.Empty(world.Violations);
        Assert.InRange(sent.Count, 20, 2000);

        // What is understood may confuse the rooms, so the oracle is not asked any more: no fault, no leak.
        foreach (var (subject, message) in sent)
        {
            for (var i = 0; i < 40; i++)
            {
                var bytes = message.AsSpan(0, random.Next(message.Length)).ToArray();
                Send(world, subject, bytes);
                bytes = [.. message];
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                Send(world, subject, bytes);
            }
        }

        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Send(world, sent[random.Next(sent.Count)].Subject, bytes);
        }

        world.Pass(1000);
        Assert.DoesNotContain(world.Violations, static violation => violation.Contains("Exception", StringComparison.Ordinal));
        world.Drain();
        Assert.Equal(0, RoomMessage.RentedCount - messages);
        Assert.InRange(WireBuffer.RentedCount - buffers, 0, 64);
    }

    [Fact]
    public void Notice_is_read_whole_or_not_at_all()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(2);
        writer.WriteInt(7);
        writer.WriteBinary(Roster.EmptyFrame(0));
        writer.Flush();
        var notice = RelayNotice.Read(bytes.WrittenSpan, ownerEpoch: 3, roomNumber: 9);
        Assert.Equal((3L, 7L), (notice!.OwnerEpoch, notice.Number));
        for (var length = 0; length < bytes.WrittenCount; length++)
            Assert.Null(RelayNotice.Read(bytes.WrittenSpan[..length], 3, 9));
        Assert.Null(RelayNotice.Read([.. bytes.WrittenSpan, 0], 3, 9));
    }

    private static void Send(SimWorld world, string subject, byte[] message)
    {
        foreach (var life in world.Lives)
            life.Wire.Take(subject, message);
        foreach (var life in world.Lives)
            life.Turn();
    }
}
