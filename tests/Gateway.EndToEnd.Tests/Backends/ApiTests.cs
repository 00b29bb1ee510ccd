using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>What backends ask and order: the same answers over both transports and in both formats.</summary>
public sealed class ApiTests(SharedBackendNode shared) : IClassFixture<SharedBackendNode>
{
    private BackendNode Node => shared.Node;

    [Fact]
    public async Task Room_and_history_are_the_same_everywhere()
    {
        using var deadline = Deadline.Start();
        for (var i = 1; i <= 5; i++)
            await Node.AskAsync("gateway.publish.room.chat:api/1", $$"""{"n":{{i}}}""", deadline.Token, ("Gateway-Event", "count"), ("Gateway-Sender", "job"));

        var history = await SameAsync("history.chat:api/1", """{"after":2,"limit":2}""", "/api/rooms/chat:api%2F1/history?after=2&limit=2", deadline.Token);
        Assert.Equal([3, 4], history.GetProperty("messages").EnumerateArray().Select(static each => each.GetProperty("offset").GetInt32()));
        var message = history.GetProperty("messages")[0];
        Assert.Equal(3, message.GetProperty("payload").GetProperty("n").GetInt32());
        Assert.Equal("count", message.GetProperty("event").GetString());
        Assert.Equal("job", message.GetProperty("sender").GetString());
        Assert.True(history.GetProperty("more").GetBoolean());

        var room = await SameAsync("room.chat:api/1", "", "/api/rooms/chat:api%2F1", deadline.Token);
        Assert.Equal(5, room.GetProperty("head").GetInt32());
        Assert.True(room.GetProperty("durable").GetBoolean());
        Assert.Equal("chat:api/1", room.GetProperty("room").GetString());
    }

    [Fact]
    public async Task Presence_lists_who_is_there()
    {
        using var deadline = Deadline.Start();
        await using var member = await TestClient.EnterAsync(Node.Server, json: true, "ann", deadline.Token);
        // Flag 1: to be present. The roster is of the room's lane, on which the join has been before the answer.
        await member.SendAsync("""[5,1,"chat:presence",1]""", deadline.Token);
        await member.ReceiveAsync(6, deadline.Token);
        await member.ReceiveAsync(17, deadline.Token);

        var presence = await SameAsync("presence.chat:presence", """{"users":["bob"]}""", "/api/rooms/chat:presence/presence?user=bob", deadline.Token);
        Assert.Equal(1, presence.GetProperty("count").GetInt32());
        Assert.Equal("ann", presence.GetProperty("members")[0].GetProperty("user").GetString());
    }

    /// <summary>An answer has what clients nest as deep as they may in three more levels of its own.</summary>
    [Fact]
    public async Task Payloads_and_states_of_the_greatest_depth_are_answered()
    {
        using var deadline = Deadline.Start();
        var deep = new string('[', FrameLimits.MaxPayloadDepth) + new string(']', FrameLimits.MaxPayloadDepth);
        await using var member = await TestClient.EnterAsync(Node.Server, json: true, "deep", deadline.Token);
        await member.SendAsync("""[5,1,"chat:deep",1]""", deadline.Token);
        await member.ReceiveAsync((int)Op.Joined, deadline.Token);
        await member.ReceiveAsync((int)Op.Roster, deadline.Token);
        await member.SendAsync($"""[19,2,"chat:deep","active",{deep}]""", deadline.Token);
        await member.ReceiveAsync((int)Op.Ok, deadline.Token);
        await Node.AskAsync("gateway.publish.room.chat:deep", deep, deadline.Token);

        var presence = await SameAsync("presence.chat:deep", "", "/api/rooms/chat:deep/presence", deadline.Token);
        Assert.Equal(deep, presence.GetProperty("members")[0].GetProperty("data").GetRawText());
        var history = await SameAsync("history.chat:deep", "", "/api/rooms/chat:deep/history", deadline.Token);
        Assert.Equal(deep, history.GetProperty("messages")[0].GetProperty("payload").GetRawText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disconnected_user_is_told_not_to_come_back(bool isHttp)
    {
        using var deadline = Deadline.Start();
        var user = isHttp ? "gone-http" : "gone-nats";
        await using var client = await TestClient.EnterAsync(Node.Server, json: true, user, deadline.Token);
        var answer = isHttp
            ? await Node.PostAsync($"/api/users/{user}/disconnect", [], deadline.Token)
            : await Node.AskAsync("gateway.api.disconnect.user." + user, "", deadline.Token);
        Assert.True(answer.GetProperty("accepted").GetBoolean());
        Assert.Equal(4002, await client.ReceiveCloseAsync(deadline.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disconnected_connection_leaves_the_users_other_one(bool isHttp)
    {
        using var deadline = Deadline.Start();
        await using var stays = await TestClient.EnterAsync(Node.Server, json: true, "two", deadline.Token);
        await using var goes = await TestClient.ConnectAsync(Node.Server, json: true, deadline.Token);
        await goes.SendAsync($"""[1,1,"{Tokens.Of("two")}"]""", deadline.Token);
        var id = (await goes.ReceiveAsync(2, deadline.Token))[2].GetString();
        if (isHttp)
            await Node.PostAsync($"/api/connections/{id}/disconnect", [], deadline.Token);
        else
            await Node.AskAsync("gateway.api.disconnect.connection." + id, "", deadline.Token);
        Assert.Equal(4002, await goes.ReceiveCloseAsync(deadline.Token));
        await stays.PingAsync(deadline.Token);
    }

    [Theory]
    [InlineData("disconnect.nothing", "", 1001)]
    [InlineData("history.nowhere", "", 1007)]
    [InlineData("history.chat:a", """{"limit":1001}""", 1002)]
    [InlineData("history.chat:a", """{"after":"1"}""", 1002)]
    [InlineData("history.chat:a", "[]", 1002)]
    [InlineData("presence.chat:a", """{"users":[1]}""", 1002)]
    [InlineData("room.chat:a", "{", 1000)]
    public async Task Call_that_is_wrong_is_told_so(string call, string body, int code)
    {
        using var deadline = Deadline.Start();
        Assert.Equal(code, (await Node.AskAsync("gateway.api." + call, body, deadline.Token)).GetProperty("code").GetInt32());
    }

    private async Task<JsonElement> SameAsync(string call, string arguments, string path, CancellationToken cancellationToken)
    {
        var json = await Node.AskAsync("gateway.api." + call, arguments, cancellationToken);
        var packed = await Node.AskAsync(
            "gateway.api." + call, arguments.Length == 0 ? [] : Node.ToMessagePack(arguments), cancellationToken, ("Content-Type", "application/msgpack"));
        var http = await Node.GetAsync(path, cancellationToken);
        Assert.True(JsonElement.DeepEquals(json, packed), $"{json} is not {packed}");
        Assert.True(JsonElement.DeepEquals(json, http), $"{json} is not {http}");
        return json;
    }
}
