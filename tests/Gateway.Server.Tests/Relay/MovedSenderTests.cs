using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Relay;
using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>A node goes on at another server of the NATS cluster: what it sends may overtake what it sent before, and nothing of that may stay.</summary>
public sealed class MovedSenderTests(ITestOutputHelper output)
{
    private const int ScheduleCount = 40;

    public static TheoryData<int> Seeds() => new(1, Random.Shared.Next());

    // The only trouble is the order, so that the latest value of each key must be everywhere in the end.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_latest_value_is_what_all_have_in_the_end(int seed)
    {
        var seen = 0;
        for (var i = 0; i < ScheduleCount; i++)
        {
            var violations = new List<string>();
            seen += Run(new Random(seed + i), violations);
            Assert.True(violations.Count == 0, $"seed {seed + i}: {string.Join(Environment.NewLine, violations)}");
        }

        output.WriteLine($"seeds {seed} to {seed + ScheduleCount - 1}: {seen} values seen");
        Assert.True(seen > ScheduleCount * 50, "Next to nothing was seen.");
    }

    // A member comes back to a node just after the room was forgotten there.
    [Fact]
    public void Word_that_was_overtaken_is_not_believed()
    {
        using var world = new SimWorld(new Random(7), ["chat:a"]);
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        var (owner, follower) = (world.Lives[0], world.Lives[1]);
        var user = world.AddUser("ann", "chat:a");
        var last = (Subject: "", Message: Array.Empty<byte>());
        follower.Wire.Sending = (subject, message) => last = subject == owner.Relay.Subjects.OfNode(owner.Id) ? (subject, message) : last;
        world.Connect(user, follower);
        world.Pass(500);
        Assert.True(user.Session!.IsJoined);
        user.Session.End(dropped: false);
        follower.Wire.Losing = message => last.Message.AsSpan().SequenceEqual(message) && RelayRuleTests.HasItem(message, RelayItem.Unfollow);
        world.Pass(5000);
        var (subject, unfollow) = last;
        Assert.True(RelayRuleTests.HasItem(unfollow, RelayItem.Unfollow), "The room was not forgotten.");
        world.Connect(user, follower);
        world.Pass(500);
        Assert.True(user.Session!.IsJoined);

        owner.Wire.Take(subject, unfollow);
        world.Advance(0);
        world.AddPublisher(owner).Publish("chat:a");
        world.Pass(200);
        Assert.Equal(1, user.Position);
    }

    // As in the midst of an upgrade of the nodes.
    [Fact]
    public void Node_that_cannot_read_numbers_is_sent_none_and_neither_are_those_beside_it()
    {
        using var world = new SimWorld(new Random(7), ["chat:a"]);
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        var owner = world.Lives[0];
        var sent = new List<byte[]>();
        owner.Wire.Sending = (subject, message) =>
        {
            if (subject == owner.Relay.Subjects.OfRoom("chat:a"))
                sent.Add(message);
        };
        var user = world.AddUser("ann", "chat:a");
        world.Connect(user, world.Lives[1]);
        world.Pass(500);
        var publisher = world.AddPublisher(owner);
        publisher.Publish("chat:a");
        world.Pass(100);
        Assert.Equal(4, FieldCount(sent[^1]));

        owner.Wire.Take(owner.Relay.Subjects.OfNode(owner.Id), Said("old", RelayItem.Follow, world.Shards[0], static (ref writer) =>
        {
            writer.WriteInt(1);
            writer.WriteInt(0);
            writer.WriteInt(0);
            writer.WriteBoolean(false);
        }));
        publisher.Publish("chat:a");
        world.Pass(100);
        Assert.Equal(3, FieldCount(sent[^1]));
        owner.Wire.Take(owner.Relay.Subjects.OfNode(owner.Id), Said("old", RelayItem.Unfollow, world.Shards[0], static (ref _) => { }));
        publisher.Publish("chat:a");
        world.Pass(100);
        Assert.Equal(4, FieldCount(sent[^1]));
        Assert.Equal(3, user.Position);
        Assert.Empty(world.Violations);
    }

    private delegate void WriteFields(ref MessagePackWriter writer);

    // As a node of a version before numbers says it: [1, name, incarnation] and the item about the room.
    private static byte[] Said(string name, RelayItem item, int shard, WriteFields write)
    {
        var fields = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(fields);
        write(ref writer);
        writer.Flush();
        var message = new ArrayBufferWriter<byte>();
        writer = new MessagePackWriter(message);
        writer.WriteArrayHeader(3);
        writer.WriteInt(RelayInbox.Version);
        writer.WriteString(name);
        writer.WriteInt(1);
        writer.WriteArrayHeader(item == RelayItem.Follow ? 7 : 3);
        writer.WriteInt((int)item);
        writer.WriteInt(shard);
        writer.WriteString("chat:a");
        writer.Flush();
        message.Write(fields.WrittenSpan);
        return message.WrittenSpan.ToArray();
    }

    private static int FieldCount(byte[] message)
    {
        var reader = new MessagePackReader(message);
        Assert.True(reader.TryReadArrayHeader(out var count));
        return count;
    }

    private static int Run(Random random, List<string> violations)
    {
        string[] rooms = ["chat:a", "live:x"];
        using var world = new SimWorld(random, rooms, random.Next(1, 3));
        Join(world, "early", 4000);
        world.Network.MaxDelay = 150;
        var publisher = world.AddPublisher(world.Lives[random.Next(SimWorld.NodeCount)]);
        var latest = new Dictionary<(string Room, string Key), string>();
        for (var step = 0; step < 60; step++)
        {
            // With an offset, so that there are holes to be filled while values come late.
            if (random.Next(4) == 0)
                publisher.Publish(rooms[0]);
            var (room, key) = (rooms[random.Next(2)], $"c{random.Next(3)}");
            publisher.Publish(room, conflationKey: key);
            world.Advance(random.Next(10));
            latest[(room, key)] = publisher.Publishes[^1].Text;
            if (random.Next(3) == 0)
                world.Lives[random.Next(SimWorld.NodeCount)].Wire.Move();
        }

        world.Network.MaxDelay = 5;
        world.Pass(4000);
        Join(world, "late", 1000);
        violations.AddRange(world.Violations);
        foreach (var publish in publisher.Publishes.Where(static publish => !publish.IsAccepted))
            violations.Add($"{publish.Text} in {publish.Room}: {publish.Result}");
        foreach (var user in world.Users)
        {
            foreach (var ((room, key), text) in latest.Where(each => each.Key.Room == user.Room))
            {
                if (user.Kept.GetValueOrDefault(key) is var kept && kept != text)
                    violations.Add($"{user.Name} on {user.Session?.Life.Id} has {kept ?? "nothing"} for {key} in {room}; the latest is {text}");
            }
        }

        var count = world.Users.Sum(static user => user.TransientCount);
        world.Drain();
        return count;
    }

    // On each node; who is not let in, since the cluster has only begun, comes again.
    private static void Join(SimWorld world, string name, int milliseconds)
    {
        var users = world.RoomNames.SelectMany(room => world.Lives.Select(life => (User: world.AddUser($"{name}{life.Slot}", room), Life: life))).ToArray();
        for (; milliseconds > 0; milliseconds -= 100)
        {
            foreach (var (user, life) in users)
                world.Connect(user, life);
            world.Pass(100);
        }
    }
}
