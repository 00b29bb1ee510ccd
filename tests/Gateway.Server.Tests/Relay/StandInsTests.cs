using System.Buffers;
using System.Diagnostics.Metrics;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Relay;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Relay;

/// <summary>What a stand-in notes of what owners say.</summary>
[Collection(nameof(AloneCollection))]
public sealed class StandInsTests : IDisposable
{
    private const string Room = "chat:a";
    private static readonly int Shard = RoomSet.ShardOf(Room);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTime _time = new();
    private readonly RelayOptions _options = new() { MaxStandInRooms = 2, MaxStandInBytes = 2500 };
    private readonly StandIns _standIns;

    public StandInsTests()
    {
        var kinds = new RoomsOptions();
        kinds.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", MaxKeptKeys = 2 };
        _standIns = new StandIns(RoomKinds.Create(kinds, [])!, _options, new RelayMetrics(_services.GetRequiredService<IMeterFactory>(), _time), _time);
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Newest_word_of_the_newest_owner_counts()
    {
        Say(Room, ownerEpoch: 7, epoch: 3, head: 10);
        Say(Room, ownerEpoch: 6, epoch: 4, head: 99);
        Say(Room, ownerEpoch: 7, epoch: 2, head: 99);
        Say(Room, ownerEpoch: 7, epoch: 3, head: 9);
        Assert.Equal((3, 10), Place(Room));
        Say(Room, ownerEpoch: 7, epoch: 3, head: 10);
        Say(Room, ownerEpoch: 8, epoch: 5, head: 2);
        Assert.Equal((5, 2), Place(Room));
        Assert.Null(_standIns.Inherit(Shard, Room, 1, 0));
    }

    [Theory]
    [InlineData(true, 7, true)]
    [InlineData(true, 8, false)]
    [InlineData(false, 7, false)]
    public void Place_is_exact_after_the_last_word_of_the_lease_just_before(bool isLast, long previousLease, bool isExact)
    {
        Say(Room, ownerEpoch: 7, epoch: 3, head: 10, isLast ? StandByFlags.Last : StandByFlags.None);
        Assert.Equal(isExact, _standIns.Inherit(Shard, Room, 1, previousLease)!.IsExact);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void Last_word_long_before_the_lease_is_not_exact(int milliseconds, bool isExact)
    {
        Say(Room, ownerEpoch: 7, epoch: 3, head: 10, StandByFlags.Last);
        _time.Advance(milliseconds);
        _standIns.Own(Shard, 8);
        _time.Advance(5000);
        Assert.Equal(isExact, _standIns.Inherit(Shard, Room, 1, 7)!.IsExact);
    }

    [Fact]
    public void Last_word_stays_the_last_while_what_is_kept_is_told_after_it()
    {
        Say(Room, 7, 3, 10, StandByFlags.Last);
        Say(Room, 7, 3, 10, StandByFlags.Whole, ("a", "1"));
        Assert.True(_standIns.Inherit(Shard, Room, 1, 7)!.IsExact);
        Say(Room, 7, 3, 10, StandByFlags.Last);
        Say(Room, 7, 3, 11);
        Assert.False(_standIns.Inherit(Shard, Room, 1, 7)!.IsExact);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void Room_that_is_forgotten_here_does_not_erase_what_its_owner_has_said(long notedUnder, bool isOwnersWord)
    {
        Say(Room, 7, 3, 10, StandByFlags.Last, ("a", "1"));
        _standIns.Note(Shard, Room, notedUnder, new HistoryHead(3, 10), []);
        var known = _standIns.Inherit(Shard, Room, 1, 7)!;
        Assert.Equal((isOwnersWord, isOwnersWord ? 1 : 0), (known.IsExact, known.Kept.Count));
        foreach (var message in known.Kept)
            message.Release();
    }

    [Fact]
    public void Room_of_which_only_the_place_was_told_may_have_kept_more()
    {
        Say(Room, 7, 3, 10);
        Assert.False(_standIns.Inherit(Shard, Room, 1, 0)!.IsLater);
        Say(Room, 7, 3, 10, StandByFlags.Whole);
        Assert.True(_standIns.Inherit(Shard, Room, 1, 0)!.IsLater);
        Say(Room, 7, 3, 10, StandByFlags.Last, ("a", "1"));
        var older = new[] { "a", "b" }.Select(static key => RoomMessage.Create("e", [0xa1, (byte)'0'], null, key, 1)).ToArray();
        foreach (var message in older)
            message.Seal(1, 0);
        _standIns.Note(Shard, Room, 7, new HistoryHead(3, 9), older);
        foreach (var message in older)
            message.Release();
        Assert.Equal("a=1 b=0", Kept(Room));
    }

    [Fact]
    public void Item_that_cannot_be_read_changes_nothing()
    {
        Say(Room, 7, 3, 10, StandByFlags.Last, ("a", "1"));
        var bytes = ItemOf(Room, 7, 3, 20, StandByFlags.Whole, ("a", "2"), ("b", "2"));
        var reader = new MessagePackReader(bytes.AsSpan(0, bytes.Length - 1));
        Assert.False(_standIns.TryTake(Shard, ref reader));
        var known = _standIns.Inherit(Shard, Room, 1, 7)!;
        Assert.Equal((10, true, 1), (known.Head, known.IsExact, known.Kept.Count));
        foreach (var message in known.Kept)
            message.Release();
    }

    [Fact]
    public void Kept_messages_are_gathered_until_all_are_told_anew()
    {
        Say(Room, 7, 3, 0, StandByFlags.None, ("a", "1"), ("b", "1"));
        Say(Room, 7, 3, 0, StandByFlags.None, ("a", "2"));
        Assert.Equal("b=1 a=2", Kept(Room));
        Say(Room, 7, 3, 0, StandByFlags.None, ("a", "3"));
        Say(Room, 7, 3, 0, StandByFlags.Whole, ("b", "4"));
        Assert.Equal("b=4", Kept(Room));
    }

    [Fact]
    public void Rooms_and_bytes_are_bounded_and_given_back()
    {
        var rooms = Enumerable.Range(0, 5).Select(static i => $"chat:{i}").ToArray();
        foreach (var room in rooms)
            Say(room, 7, 3, 1, StandByFlags.None, ("k", new string('x', 900)));
        Assert.Equal([1, 1, 0, 0, 0], rooms.Select(room => Kept(room) is { } kept ? kept.Length > 900 ? 1 : -1 : 0));
        foreach (var room in rooms[3..])
            Say(room, 7, 3, 1, StandByFlags.None, ("k", new string('x', 900)), ("l", new string('y', 1900)));
        Assert.Equal([0, 1, 1], rooms[2..].Select(room => Kept(room) is { } kept ? kept.Contains('y', StringComparison.Ordinal) ? -1 : 1 : 0));
    }

    [Fact]
    public void Owner_of_the_shard_hears_no_earlier_one()
    {
        Say(Room, 7, 3, 10);
        _standIns.Own(Shard, 8);
        Say(Room, 7, 3, 11);
        Assert.Equal((3, 10), Place(Room));
        Say(Room, 7, 3, 12);
        Assert.Null(_standIns.Inherit(Shard, Room, 1, 0));
        Say(Room, 9, 3, 13);
        Assert.Equal((3, 13), Place(Room));
    }

    [Fact]
    public void Forgotten_room_and_one_that_is_silent_go()
    {
        Say(Room, 7, 3, 10);
        SayDown(Room, ownerEpoch: 6);
        _time.Advance(900);
        _standIns.Forget(Shard, TimeSpan.FromSeconds(1));
        Assert.Equal((3, 10), Place(Room));
        Say(Room, 7, 3, 10);
        SayDown(Room, ownerEpoch: 7);
        Assert.Null(_standIns.Inherit(Shard, Room, 1, 0));
        Say(Room, 7, 3, 10);
        _time.Advance(1000);
        _standIns.Forget(Shard, TimeSpan.FromSeconds(1));
        Assert.Null(_standIns.Inherit(Shard, Room, 1, 0));
    }

    [Fact]
    public void Item_is_read_whole_or_leaks_nothing()
    {
        var before = RoomMessage.RentedCount;
        var bytes = ItemOf(Room, 7, 3, 10, StandByFlags.Whole, ("a", "1"), ("b", "2"));
        for (var length = 0; length < bytes.Length; length++)
        {
            var reader = new MessagePackReader(bytes.AsSpan(0, length));
            Assert.False(_standIns.TryTake(Shard, ref reader), $"It was taken with {length} bytes.");
        }

        foreach (var (room, shard) in new[] { (Room, (Shard + 1) % RoomSet.ShardCount), ("none:a", RoomSet.ShardOf("none:a")) })
        {
            var reader = new MessagePackReader(ItemOf(room, 7, 3, 10, StandByFlags.None));
            Assert.True(_standIns.TryTake(shard, ref reader));
            Assert.Null(_standIns.Inherit(shard, room, 1, 0));
        }

        _standIns.Forget(Shard, TimeSpan.Zero);
        Assert.Equal(before, RoomMessage.RentedCount);
    }

    private void Say(string room, long ownerEpoch, long epoch, long head, StandByFlags flags = StandByFlags.None, params (string Key, string Text)[] kept)
    {
        var reader = new MessagePackReader(ItemOf(room, ownerEpoch, epoch, head, flags, kept));
        Assert.True(_standIns.TryTake(RoomSet.ShardOf(room), ref reader));
    }

    private void SayDown(string room, long ownerEpoch)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteString(room);
        writer.WriteInt(ownerEpoch);
        writer.Flush();
        var reader = new MessagePackReader(output.WrittenSpan);
        Assert.True(_standIns.TryTakeDown(RoomSet.ShardOf(room), ref reader));
    }

    private (long Epoch, long Head) Place(string room) => _standIns.Inherit(RoomSet.ShardOf(room), room, 1, 0) is { } known ? (known.Epoch, known.Head) : default;

    private string? Kept(string room)
    {
        if (_standIns.Inherit(RoomSet.ShardOf(room), room, 1, 0) is not { } known)
            return null;
        var text = string.Join(' ', known.Kept.Select(static message => $"{System.Text.Encoding.UTF8.GetString(message.ConflationKey)}={Worlds.SimStore.TextOf(message.EntryBody)}"));
        foreach (var message in known.Kept)
            message.Release();
        return text;
    }

    private static byte[] ItemOf(string room, long ownerEpoch, long epoch, long head, StandByFlags flags, params (string Key, string Text)[] kept)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteString(room);
        writer.WriteInt(ownerEpoch);
        writer.WriteInt(epoch);
        writer.WriteInt(head);
        writer.WriteInt((int)flags);
        writer.WriteArrayHeader(kept.Length);
        foreach (var (key, text) in kept)
        {
            var payload = new ArrayBufferWriter<byte>();
            var payloadWriter = new MessagePackWriter(payload);
            payloadWriter.WriteString(text);
            payloadWriter.Flush();
            var message = RoomMessage.Create("e", payload.WrittenSpan, null, key, 1);
            writer.WriteBinary(message.RelayBody);
            message.Release();
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
