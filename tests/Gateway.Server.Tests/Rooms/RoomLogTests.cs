using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms;

public sealed class RoomLogTests
{
    [Fact]
    public void Read_gives_what_is_kept_in_order_and_says_where_it_begins()
    {
        var log = Filled(count: 100, maxCount: 30, maxBytes: int.MaxValue);
        var page = log.Read(after: 0, maxCount: 1000, maxBytes: int.MaxValue, number: 1);
        Assert.Equal((100, 71), (page.Head, page.First));
        Assert.Equal(Enumerable.Range(71, 30).Select(static i => (long)i), page.Messages.Select(static m => m.Offset));
        page.Release();
        log.Clear();
    }

    [Fact]
    public void Read_stops_at_its_limits_but_gives_at_least_one()
    {
        var log = Filled(count: 10, maxCount: 100, maxBytes: int.MaxValue);
        var byCount = log.Read(2, maxCount: 3, maxBytes: int.MaxValue, number: 1);
        var byBytes = log.Read(2, maxCount: 100, maxBytes: 1, number: 1);
        Assert.Equal([3L, 4L, 5L], byCount.Messages.Select(static m => m.Offset));
        Assert.Equal([3L], byBytes.Messages.Select(static m => m.Offset));
        byCount.Release();
        byBytes.Release();
        log.Clear();
    }

    [Fact]
    public void Append_beyond_the_bytes_of_the_kind_drops_the_oldest()
    {
        var log = Filled(count: 200, maxCount: 1000, maxBytes: 2000);
        Assert.InRange(log.SizeBytes, 1, 2000);
        Assert.Equal(200, log.Head);
        Assert.True(log.First > 100);
        log.Clear();
        Assert.Equal(0, log.SizeBytes);
    }

    [Fact]
    public void DropOlderThan_drops_by_age()
    {
        var log = Filled(count: 50, maxCount: 1000, maxBytes: int.MaxValue);
        log.DropOlderThan(1_020);
        Assert.Equal(21, log.First);
        log.DropOlderThan(long.MaxValue);
        Assert.Equal((51, 50), (log.First, log.Head));
    }

    [Fact]
    public void Read_under_another_number_copies_the_message_with_it()
    {
        var log = Filled(count: 1, maxCount: 10, maxBytes: int.MaxValue);
        var page = log.Read(0, 10, int.MaxValue, number: 77);
        var reader = new MessagePackReader(page.Messages[0].Frame);
        Assert.True(reader.TryReadArrayHeader(out _) && reader.TryReadInt32(out _));
        Assert.True(reader.TryReadInt32(out var number) && reader.TryReadInt64(out var offset) && (number, offset) == (77, 1));
        page.Release();
        log.Clear();
    }

    private static RoomLog Filled(int count, int maxCount, int maxBytes)
    {
        var log = new RoomLog("chat:a", new RoomKindOptions { MaxHistoryCount = maxCount, MaxHistoryBytes = maxBytes }, 100, epoch: 1);
        for (var i = 0; i < count; i++)
        {
            var message = RoomMessage.Create(Encoding.UTF8.GetBytes("e"), [0xC0], [], [], 1_000 + i);
            var offset = log.Append(message, now: i);
            message.Seal(1, offset);
            message.Release();
        }

        return log;
    }
}
