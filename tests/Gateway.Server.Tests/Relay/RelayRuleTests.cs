using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Relay;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>Single rules of the relay, each in a situation made for it.</summary>
public sealed class RelayRuleTests
{
    private const int Seed = 7;

    [Fact]
    public void EpochOf_is_never_0_which_would_mean_that_nobody_checks()
    {
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        world.Pass(300);
        foreach (var life in world.Lives)
            Assert.All(Enumerable.Range(0, RoomSet.ShardCount), shard => Assert.NotEqual(0, life.Relay.EpochOf(shard)));
        world.Lives[0].LoseAll();
        world.Pass(25);
        Assert.Equal(-1, world.Lives[0].Relay.EpochOf(world.Shards[0]));
    }

    [Fact]
    public void Handover_finishes_only_after_all_is_written()
    {
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        var life = world.Lives[0];
        var room = OtherRoomThan(world, "chat:", static _ => true);
        var shard = RoomSet.ShardOf(room);
        var isFinished = false;
        var lease = new ShardLease(shard, world.Store.Acquire(shard, "x", 60_000)!.Value, 60_000, _ => isFinished = true);
        life.Relay.OnAcquired(lease);
        var publisher = world.AddPublisher(life);
        publisher.Publish(room);
        world.Pass(500);
        Assert.True(publisher.Publishes[0].IsAccepted);
        life.Histories.ForEach(static history => history.MaxDelay = 400);
        var directory = life.Rooms.DirectoryOf(room);
        for (var i = 0; i < 100 && !directory.IsWriting(shard); i++)
        {
            publisher.Publish(room);
            world.Advance(1);
        }

        Assert.True(directory.IsWriting(shard));
        life.Relay.OnLosing(lease);
        for (var i = 0; i < 2000 && !isFinished; i++)
        {
            Assert.True(directory.IsWriting(shard), "All was written, and nobody was told.");
            world.Advance(1);
        }

        Assert.True(isFinished);
        Assert.False(directory.IsWriting(shard));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void Batch_of_an_older_owner_is_dropped()
    {
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        var shard = world.Shards[0];
        (world.Desired[shard], var follower) = (0, world.Lives[1]);
        world.Pass(3000);
        var user = world.AddUser("ann", "chat:a");
        world.Connect(user, follower);
        world.Pass(500);
        world.AddPublisher(world.Lives[0]).Publish("chat:a");
        world.Pass(500);
        Assert.Equal(1, user.Position);
        var subject = follower.Relay.Subjects.OfRoom("chat:a");
        var lease = world.Lives[0].Relay.EpochOf(shard);

        follower.Wire.Take(subject, BatchOf(lease - 1, user.Epoch, offset: 2, "ghost"));
        world.Advance(0);
        Assert.Equal(1, user.Position);

        // The same from the owner of now is taken.
        follower.Wire.Take(subject, BatchOf(lease, user.Epoch, offset: 2, "word"));
        world.Advance(0);
        Assert.Equal(2, user.Position);
    }

    [Fact]
    public void Forward_that_the_owner_cannot_take_is_answered_and_holds_up_nobody()
    {
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        (var shard, world.Desired[world.Shards[0]]) = (world.Shards[0], 0);
        world.Pass(3000);

        // In the midst of an upgrade only one node knows the new kind.
        world.RoomsOptions.Kinds["new"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        world.Kill(world.Lives[1]);
        world.Start(1);
        world.Pass(3000);
        var publisher = world.AddPublisher(world.Lives[1]);
        publisher.Publish(OtherRoomThan(world, "new:", name => RoomSet.ShardOf(name) == shard));
        publisher.Publish("chat:a");
        world.Pass((int)world.RelayOptions.ForwardTimeout.TotalMilliseconds / 2);
        Assert.Equal(PublishStatus.Unavailable, publisher.Publishes[0].Result?.Status);
        Assert.Equal(PublishStatus.Accepted, publisher.Publishes[1].Result?.Status);
    }

    [Fact]
    public void Answer_that_is_lost_comes_again_also_after_one_was_refused()
    {
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        var publisher = world.AddPublisher(world.Lives[1]);
        var lane = world.Lives[0].Lanes[0];
        var maxPending = lane.MaxPendingCommands;
        lane.MaxPendingCommands = 0;
        publisher.Publish("chat:a");
        world.Pass(500);
        Assert.Equal(PublishStatus.Overloaded, publisher.Publishes[0].Result?.Status);

        // An owner that says it is at work, and is not, is waited for until the time is up.
        lane.MaxPendingCommands = maxPending;
        var lostCount = 0;
        world.Lives[0].Wire.Losing = message => HasItem(message, RelayItem.Ack) && lostCount++ == 0;
        publisher.Publish("chat:a");
        world.Pass((int)world.RelayOptions.ForwardTimeout.TotalMilliseconds / 2);
        Assert.Equal(PublishStatus.Accepted, publisher.Publishes[1].Result?.Status);
        Assert.Equal(2, lostCount);
    }

    [Fact]
    public void Overloaded_is_never_said_of_a_message_that_may_be_stored()
    {
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        world.RoomsOptions.MaxPendingPublishes = 10;
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        var publisher = world.AddPublisher(world.Lives[1]);
        world.Lives[0].Histories.ForEach(static history => history.MaxDelay = 900);
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 8; i++)
                publisher.Publish("chat:a");
            world.Pass(50);

            // Sent again, while the first copies are on their way to the history.
            world.Lives[1].Wire.Restore();
            world.Pass(3000);
        }

        var stored = world.Store.Given.Values.SelectMany(static texts => texts).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(publisher.Publishes, static publish => publish.IsAccepted);
        Assert.All(publisher.Publishes, publish => Assert.False(publish.Result?.Status == PublishStatus.Overloaded && stored.Contains(publish.Text), publish.Text));
    }

    [Fact]
    public void Report_of_more_users_than_one_message_takes_comes_in_parts()
    {
        const int UserCount = 150;
        using var world = new SimWorld(new Random(Seed), ["chat:a"]);
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        var users = Enumerable.Range(0, UserCount).Select(i => world.AddUser($"user-{i}-{new string('x', 60)}", "chat:a")).ToArray();
        foreach (var user in users)
            world.Connect(user, world.Lives[1]);
        world.Pass(3000);
        Assert.Equal(UserCount, CountAt(world.Lives[0]));

        // The next owner has to be told all; who goes meanwhile is not among them.
        world.Desired[world.Shards[0]] = 2;
        world.Pass(100);
        foreach (var user in users[..10])
            user.Session!.End(dropped: false);
        world.Pass(5000);
        Assert.Equal(UserCount - 10, CountAt(world.Lives[2]));
    }

    private static int CountAt(SimLife owner)
    {
        var reader = new MessagePackReader(owner.Rooms.DirectoryOf("chat:a").Find("chat:a")!.WriteRoster(0, null));
        Assert.True(reader.TryReadArrayHeader(out _) && reader.TrySkip() && reader.TrySkip() && reader.TrySkip());
        Assert.True(reader.TryReadInt32(out var count));
        return count;
    }

    private static string OtherRoomThan(SimWorld world, string kind, Func<string, bool> isRight) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"{kind}{i}").First(name => isRight(name) && (kind != "chat:" || !world.Shards.Contains(RoomSet.ShardOf(name))));

    /// <summary>Whether a message to a node has such an item.</summary>
    internal static bool HasItem(byte[] message, RelayItem item)
    {
        var reader = new MessagePackReader(message);
        Assert.True(reader.TrySkip());
        while (!reader.IsAtEnd)
        {
            Assert.True(reader.TrySkip(out var bytes));
            var fields = new MessagePackReader(bytes);
            Assert.True(fields.TryReadArrayHeader(out _) & fields.TryReadInt32(out var each));
            if (each == (int)item)
                return true;
        }

        return false;
    }

    // As an owner sends it: [1, owner's epoch, epoch] and then offset and body.
    private static byte[] BatchOf(long ownerEpoch, long epoch, long offset, string text)
    {
        var payload = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(payload);
        writer.WriteString(text);
        writer.Flush();
        var message = RoomMessage.Create("e", payload.WrittenSpan, null, null, 1);
        var batch = new ArrayBufferWriter<byte>();
        writer = new MessagePackWriter(batch);
        writer.WriteArrayHeader(3);
        writer.WriteInt(1);
        writer.WriteInt(ownerEpoch);
        writer.WriteInt(epoch);
        writer.WriteInt(offset);
        writer.WriteBinary(message.RelayBody);
        writer.Flush();
        message.Release();
        return batch.WrittenSpan.ToArray();
    }
}
