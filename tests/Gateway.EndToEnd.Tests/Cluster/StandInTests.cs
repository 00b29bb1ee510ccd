using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Redis;
using StackExchange.Redis;

namespace Gateway.EndToEnd.Tests.Cluster;

/// <summary>What the next owner of a room knows of it when its owner is killed and nobody was in the room.</summary>
public sealed class StandInTests
{
    private const int Ack = 10;
    private const int Message = 11;

    [Fact]
    public async Task Kept_message_of_an_ephemeral_room_outlives_its_owner_and_its_offsets_go_on()
    {
        const string Room = "live:standing";
        using var deadline = Deadline.Start();
        await using var cluster = await ThreeNodes.StartAsync(deadline.Token);
        var owner = await cluster.OwnerAsync(RoomSet.ShardOf(Room), deadline.Token);
        await PublishAsync(owner, $"""[9,1,"{Room}","state",42,null,"key"]""", deadline.Token);
        var before = await PublishAtOthersAsync(cluster, owner, Room, deadline.Token);

        await owner.KillAsync();
        await using var member = await TestClient.EnterAsync(cluster.Nodes.First(node => node != owner), json: true, "late", deadline.Token);
        var joined = await member.JoinAsync(Room, deadline.Token);
        var kept = await member.ReceiveAsync(Message, deadline.Token);
        Assert.Equal((0, 42, "key"), (kept[2].GetInt32(), kept[4].GetInt32(), kept[7].GetString()));
        Assert.Equal(before.Offset, joined[6].GetInt64());
        Assert.True(joined[4].GetInt64() > before.Epoch, "Nobody can know that the owner gave nothing more under its epoch.");
    }

    [Fact]
    public async Task History_that_lost_its_newest_with_the_owner_goes_on_under_a_new_epoch()
    {
        const string Room = "chat:tail";
        using var deadline = Deadline.Start();
        await using var cluster = await ThreeNodes.StartAsync(deadline.Token);
        var owner = await cluster.OwnerAsync(RoomSet.ShardOf(Room), deadline.Token);
        await PublishAsync(owner, $"""[9,1,"{Room}","word",1]""", deadline.Token);
        var before = await PublishAtOthersAsync(cluster, owner, Room, deadline.Token);
        Assert.Equal(3, before.Offset);

        await owner.KillAsync();
        await LoseNewestAsync(cluster, Room);
        var after = await PublishAsync(cluster.Nodes.First(node => node != owner), $"""[9,1,"{Room}","word",4]""", deadline.Token);
        Assert.Equal(before.Offset, after.Offset);
        Assert.True(after.Epoch > before.Epoch, $"{after} was given twice.");
    }

    // Their acknowledgements come behind what the owner has told each of them as a stand-in.
    private static async Task<(long Epoch, long Offset)> PublishAtOthersAsync(ThreeNodes cluster, GatewayProcess owner, string room, CancellationToken cancellationToken)
    {
        var last = default((long Epoch, long Offset));
        foreach (var node in cluster.Nodes.Where(node => node != owner))
            last = await PublishAsync(node, $"""[9,1,"{room}","word",2]""", cancellationToken);

        // The first has been told of the second's when this one is answered, which leaves no trace.
        await PublishAsync(cluster.Nodes.First(node => node != owner), $"""[9,1,"{room}","state",0,null,"other"]""", cancellationToken);
        return last;
    }

    private static async Task<(long Epoch, long Offset)> PublishAsync(GatewayProcess node, string frame, CancellationToken cancellationToken)
    {
        await using var client = await TestClient.EnterAsync(node, json: true, "publisher", cancellationToken);
        await client.SendAsync(frame, cancellationToken);
        var ack = await client.ReceiveAsync(Ack, cancellationToken);
        return (ack[2].GetInt64(), ack[3].GetInt64());
    }

    // As after a fail-over to a copy that lags.
    private static async Task LoseNewestAsync(ThreeNodes cluster, string room)
    {
        var keys = new RedisKey[RedisKeys.KeysPerRoom];
        new RedisKeys("gateway").OfRoom(RoomSet.ShardOf(room), room, keys);
        using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.Redis.Configuration);
        await redis.GetDatabase().ScriptEvaluateAsync(
            """
            local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 2)
            local last = newest[1]
            redis.call('XDEL', KEYS[2], last[1])
            redis.call('XSETID', KEYS[2], newest[2][1])
            redis.call('HSET', KEYS[1], 'h', string.format('%.0f', tonumber(string.match(last[1], '^%d+')) - 1), 'c', last[2][4])
            """,
            keys[..2]);
    }
}
