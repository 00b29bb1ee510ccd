using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>Good and bad messages of backends, in both formats, over both transports.</summary>
public sealed class PublishTests(SharedBackendNode shared) : IClassFixture<SharedBackendNode>
{
    /// <summary>Room, payload as JSON, further header, expected code (0: taken).</summary>
    private static readonly (string Room, string Payload, (string Name, string Value)? Header, int Code)[] Messages =
    [
        ("chat:table", """{"text":"hello"}""", null, 0),
        ("chat:table", """[1,-2.5,null,true,{"$bin":"AAE="}]""", ("Gateway-Event", "say"), 0),
        ("chat:table", "\"grüße\"", ("Gateway-Sender", "bob"), 0),
        ("live:table", "1", null, 0),
        ("chat:table.with.dots", "1", null, 0),
        ("nowhere:table", "1", null, 1007),
        ("chat:table", "1", ("Gateway-Event", new string('e', 129)), 1002),
        ("chat:table", "\"" + new string('x', 4096) + "\"", null, 1009),
    ];

    public static TheoryData<int, bool, bool> Table
    {
        get
        {
            var table = new TheoryData<int, bool, bool>();
            for (var i = 0; i < Messages.Length; i++)
            {
                foreach (var isHttp in (bool[])[false, true])
                {
                    table.Add(i, isHttp, false);
                    table.Add(i, isHttp, true);
                }
            }

            return table;
        }
    }

    private BackendNode Node => shared.Node;

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Message_is_acknowledged_and_delivered_or_refused(int index, bool isHttp, bool isMessagePack)
    {
        using var deadline = Deadline.Start();
        var (room, payload, header, code) = Messages[index];
        await using var member = code == 0 ? await TestClient.EnterAsync(Node.Server, json: true, "ann", deadline.Token) : null;
        if (member is not null)
            await member.JoinAsync(room, deadline.Token);
        var body = isMessagePack ? Node.ToMessagePack(payload) : Encoding.UTF8.GetBytes(payload);
        var type = isMessagePack ? "application/msgpack" : "application/json";
        (string, string)[] headers = [("Content-Type", type), ("Accept", type), .. header is { } each ? [each] : Array.Empty<(string, string)>()];
        var answer = isHttp
            ? await Node.PostAsync($"/api/rooms/{Uri.EscapeDataString(room)}/messages", body, deadline.Token, headers)
            : await Node.AskAsync("gateway.publish.room." + room, body, deadline.Token, headers);

        if (member is null)
        {
            Assert.Equal(isHttp ? ((ErrorCode)code).Name() : code.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.GetProperty("code").ToString());
            return;
        }

        // [11, number, offset, event, payload, sender, time]
        var message = await member.ReceiveAsync(11, deadline.Token);
        Assert.Equal(answer.GetProperty("offset").GetInt64(), message[2].GetInt64());
        Assert.Equal(header is { Name: "Gateway-Event" } ? header.Value.Value : "message", message[3].GetString());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(payload), message[4]), message[4].ToString());
        Assert.Equal(header is { Name: "Gateway-Sender" } ? header.Value.Value : null, message[5].GetString());
    }

    [Theory]
    [InlineData(false, "{", "application/json", "1000", "malformed")]
    [InlineData(true, "{", "application/json", "1000", "malformed")]
    [InlineData(false, "1", "text/plain", "1002", "invalid-field")]
    [InlineData(true, "1", "text/plain", "1002", "invalid-field")]
    [InlineData(false, "\u0001\u0002", "application/msgpack", "1000", "malformed")]
    [InlineData(true, "\u0001\u0002", "application/msgpack", "1000", "malformed")]
    public async Task Payload_that_is_none_is_refused(bool isHttp, string payload, string type, string code, string name)
    {
        using var deadline = Deadline.Start();
        var answer = isHttp
            ? await Node.PostAsync("/api/rooms/chat:bad/messages", Encoding.UTF8.GetBytes(payload), deadline.Token, ("Content-Type", type))
            : await Node.AskAsync("gateway.publish.room.chat:bad", Encoding.UTF8.GetBytes(payload), deadline.Token, ("Content-Type", type));
        Assert.Equal(isHttp ? name : code, answer.GetProperty("code").ToString());
    }

    [Fact]
    public async Task Key_is_the_same_over_both_transports()
    {
        using var deadline = Deadline.Start();
        var first = await Node.AskAsync("gateway.publish.room.chat:keys", "1", deadline.Token, ("Nats-Msg-Id", "k1"));
        var second = await Node.PostAsync("/api/rooms/chat:keys/messages", "2"u8.ToArray(), deadline.Token, ("Content-Type", "application/json"), ("Idempotency-Key", "k1"));
        Assert.False(first.GetProperty("duplicate").GetBoolean());
        Assert.True(second.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.GetProperty("offset").GetInt64(), second.GetProperty("offset").GetInt64());
        Assert.Equal(1, (await Node.GetAsync("/api/rooms/chat:keys", deadline.Token)).GetProperty("head").GetInt64());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task User_gets_it_on_all_connections(bool isHttp)
    {
        using var deadline = Deadline.Start();
        var user = isHttp ? "eve http" : "eve nats";
        await using var one = await TestClient.EnterAsync(Node.Server, json: true, user, deadline.Token);
        await using var two = await TestClient.EnterAsync(Node.Server, json: false, user, deadline.Token);
        var answer = isHttp
            ? await Node.PostAsync($"/api/users/{Uri.EscapeDataString(user)}/messages", """{"n":1}"""u8.ToArray(), deadline.Token, ("Content-Type", "application/json"), ("Gateway-Event", "hint"))
            : await Node.AskAsync("gateway.publish.user." + Uri.EscapeDataString(user), """{"n":1}""", deadline.Token, ("Gateway-Event", "hint"));
        Assert.Equal(2, answer.GetProperty("connections").GetInt32());
        foreach (var client in (TestClient[])[one, two])
        {
            var direct = await client.ReceiveAsync(13, deadline.Token);
            Assert.Equal("hint", direct[2].GetString());
            Assert.Equal(1, direct[3].GetProperty("n").GetInt32());
        }
    }

    [Theory]
    [InlineData("POST", "/api/rooms/chat:a/messages", null, HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/api/rooms/chat:a/messages", "wrong-wrong-wrong-wrong-wrong-wrong", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/api/rooms/chat:a/messages", BackendNode.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/api/users/ann/messages", BackendNode.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/api/users/ann/disconnect", BackendNode.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/api/connections/x/disconnect", BackendNode.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("GET", "/api/node", null, HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/node", BackendNode.ReaderKey, HttpStatusCode.OK)]
    [InlineData("GET", "/api/rooms/chat:a/history?limit=0", BackendNode.ReaderKey, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/rooms/chat:a/history?after=x", BackendNode.ReaderKey, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/rooms/nowhere/presence", BackendNode.ReaderKey, HttpStatusCode.BadRequest)]
    public async Task Request_is_answered_as_its_key_may(string method, string path, string? key, HttpStatusCode status)
    {
        using var deadline = Deadline.Start();
        using var http = ServerHttp.Create(Node.Server);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        using var response = await http.SendAsync(request, deadline.Token);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? "application/json" : "application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }
}
