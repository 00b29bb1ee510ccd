using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Relay;
using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>What becomes of messages of a room's owner that come after later ones, each in a situation made for it.</summary>
public sealed class OvertakenRuleTests
{
    private const string Durable = "chat:a";
    private const string Ephemeral = "live:x";

    private readonly List<byte[]> _late = [];

    [Fact]
    public void Value_that_comes_late_while_a_hole_is_filled_is_asked_for_after_that()
    {
        using var world = Ready(Durable, out var owner, out var follower, out var user);
        var publisher = world.AddPublisher(owner);
        publisher.Publish(Durable, conflationKey: "K");
        world.Pass(50);
        HoldBack(owner);
        publisher.Publish(Durable, conflationKey: "K");
        publisher.Publish(Durable);
        world.Pass(100, 1);
        owner.Wire.Losing = null;
        follower.Histories.ForEach(static history => history.MaxDelay = 40);
        publisher.Publish(Durable);
        world.Pass(12, 1);
        Deliver(world, owner, follower, Durable);
        world.Pass(1000);
        Assert.Equal(publisher.Publishes[1].Text, user.Kept["K"]);
        Assert.Equal(2, user.Position);
    }

    [Fact]
    public void Value_that_the_owner_does_not_say_is_taken_from_what_was_held()
    {
        using var world = Ready(Durable, out var owner, out var follower, out var user);
        var publisher = world.AddPublisher(owner);
        publisher.Publish(Durable, conflationKey: "K");
        publisher.Publish(Durable, conflationKey: "P", padding: 700);
        world.Pass(200);

        // All that is kept is more than an answer takes. NATS keeps the order of a connection over all subjects.
        world.Network.MaxDelay = 0;
        follower.Wire.Take(follower.Relay.Subjects.OfNode(follower.Id), Unknown(owner, world.Shards[0]));
        publisher.Publish(Durable, conflationKey: "K", padding: 700);
        world.Pass(300, 1);
        Assert.Equal(publisher.Publishes[^1].Text, user.Kept["K"]);
    }

    [Theory]
    [InlineData(Ephemeral, false)]
    [InlineData(Ephemeral, true)]
    [InlineData(Durable, true)]
    public void Message_that_comes_after_what_has_no_offset_is_in_its_place(string room, bool isAfterAValue)
    {
        using var world = Ready(room, out var owner, out var follower, out var user);
        var publisher = world.AddPublisher(owner);
        publisher.Publish(room);
        world.Pass(300);
        HoldBack(owner);
        publisher.Publish(room);
        for (var i = 0; i < 30 && _late.Count == 0; i++)
            world.Advance(1);
        Assert.Single(_late);
        owner.Wire.Losing = null;
        if (isAfterAValue)
            publisher.Publish(room, conflationKey: "K");
        else
            world.Connect(world.AddUser("bob", room), owner);
        world.Pass(80, 1);
        Deliver(world, owner, follower, room);
        world.Pass(3000, 5);
        Assert.Equal(0, user.LossCount);
        Assert.Equal(2, user.Position);
    }

    [Theory]
    [InlineData(Durable)]
    [InlineData(Ephemeral)]
    public void Many_that_come_late_are_asked_for_once(string room)
    {
        using var world = Ready(room, out var owner, out var follower, out var user);
        var publisher = world.AddPublisher(owner);
        publisher.Publish(room, conflationKey: "K");
        world.Pass(300);
        HoldBack(owner);
        for (var i = 0; i < 8; i++)
        {
            publisher.Publish(room, conflationKey: "K");
            world.Advance(2);
        }

        owner.Wire.Losing = null;
        publisher.Publish(room, conflationKey: "K");
        world.Pass(30, 5);
        var askedCount = 0;
        follower.Wire.Sending = (_, message) => askedCount += RelayRuleTests.HasItem(message, RelayItem.Follow) ? 1 : 0;
        foreach (var message in _late)
        {
            follower.Wire.Take(owner.Relay.Subjects.OfRoom(room), message);
            world.Pass(25, 5);
        }

        Assert.InRange(_late.Count, 5, 8);
        Assert.Equal(world.RoomsOptions.Kinds[room[..4]].MaxKeptKeys > 0 ? 1 : 0, askedCount);
        Assert.Equal(publisher.Publishes[^1].Text, user.Kept["K"]);
    }

    [Fact]
    public void Keys_that_come_late_stand_in_the_owner_s_order()
    {
        using var world = Ready(Durable, out var owner, out var follower, out _, maxKeys: 3);
        var publisher = world.AddPublisher(owner);
        HoldBack(owner);
        foreach (var key in (string[])["A", "B"])
        {
            publisher.Publish(Durable, conflationKey: key);
            world.Pass(20, 5);
        }

        owner.Wire.Losing = null;
        publisher.Publish(Durable, conflationKey: "C");
        world.Pass(50, 5);
        Deliver(world, owner, follower, Durable);
        world.Pass(100, 5);
        publisher.Publish(Durable, conflationKey: "D");
        world.Pass(100, 5);
        var (here, there) = (world.AddUser("here", Durable), world.AddUser("there", Durable));
        world.Connect(here, owner);
        world.Connect(there, follower);
        world.Pass(500);
        Assert.Equal(["B", "C", "D"], here.Kept.Keys.Order());
        Assert.Equal(here.Kept, there.Kept);
    }

    [Fact]
    public void Value_that_was_lost_while_a_node_was_without_its_wire_is_asked_for()
    {
        using var world = Ready(Durable, out var owner, out var follower, out var user);
        var publisher = world.AddPublisher(owner);
        publisher.Publish(Durable, conflationKey: "K");
        world.Pass(100);
        follower.Wire.Cut();
        publisher.Publish(Durable, conflationKey: "K");
        world.Pass(100);
        Assert.NotEqual(publisher.Publishes[1].Text, user.Kept["K"]);
        follower.Wire.Restore();
        world.Pass(300);
        Assert.Equal(publisher.Publishes[1].Text, user.Kept["K"]);
    }

    // Of an owner: [1, owner's epoch, ...], where a message to a node has its name.
    private void HoldBack(SimLife owner) => owner.Wire.Losing = message =>
    {
        var reader = new MessagePackReader(message);
        if (!reader.TryReadArrayHeader(out _) || !reader.TryReadInt32(out _) || !reader.TryReadInt64(out _))
            return false;
        _late.Add(message);
        return true;
    };

    private void Deliver(SimWorld world, SimLife owner, SimLife follower, string room)
    {
        Assert.NotEmpty(_late);
        foreach (var message in _late)
        {
            follower.Wire.Take(owner.Relay.Subjects.OfRoom(room), message);
            world.Advance(1);
        }
    }

    // A member at a node that follows.
    private static SimWorld Ready(string room, out SimLife owner, out SimLife follower, out SimUser user, int maxKeys = 64)
    {
        var world = new SimWorld(new Random(7), [room]);
        world.RoomsOptions.Kinds["chat"].MaxKeptKeys = maxKeys;
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        (owner, follower) = (world.Lives[0], world.Lives[1]);
        user = world.AddUser("ann", room);
        world.Connect(user, follower);
        world.Pass(500);
        Assert.True(user.Session!.IsJoined);
        return world;
    }

    private static byte[] Unknown(SimLife owner, int shard)
    {
        var message = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(message);
        writer.WriteArrayHeader(3);
        writer.WriteInt(RelayInbox.Version);
        writer.WriteString(owner.Id.Name);
        writer.WriteInt(owner.Id.Incarnation);
        writer.WriteArrayHeader(3);
        writer.WriteInt((int)RelayItem.Unknown);
        writer.WriteInt(shard);
        writer.WriteString(Durable);
        writer.Flush();
        return message.WrittenSpan.ToArray();
    }
}
