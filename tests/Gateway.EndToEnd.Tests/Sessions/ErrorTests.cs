using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Sessions;

/// <summary>Bad input at every door: each gets its error, and the connection goes on.</summary>
public sealed class ErrorTests(TestServers servers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_row_gets_its_error_and_the_connection_goes_on(bool json)
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();

        // Fewer than 16 rows a connection: with more of them it would be closed, which is a test of its own.
        foreach (var rows in ErrorCases.All.Chunk(10))
        {
            await using var client = await TestClient.EnterAsync(server, json, "errors-" + Guid.NewGuid().ToString("N"), deadline.Token);
            await client.JoinAsync("chat:errors", deadline.Token);
            foreach (var row in rows)
            {
                await client.SendAsync(row.Frames, deadline.Token);
                var error = await client.ReceiveAsync((int)Op.Error, deadline.Token);
                Assert.True(error[1].GetInt32() == row.Id && error[2].GetInt32() == (int)row.Code, $"{row}: {error}");
                Assert.NotEmpty(error[3].GetString()!);
                await client.PingAsync(deadline.Token);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_that_are_no_frame_are_1000_and_what_was_before_them_is_answered(bool json)
    {
        using var deadline = Deadline.Start();
        await using var client = await TestClient.EnterAsync(await servers.PlainAsync(), json, null, deadline.Token);
        await client.SendMessageAsync(json ? "[24,1] [24,2"u8 : [0x92, 24, 1, 0x92, 24], deadline.Token);
        Assert.Equal(1, (await client.ReceiveAsync((int)Op.Pong, deadline.Token))[1].GetInt32());
        await ExpectErrorAsync(client, ErrorCode.Malformed, 0, deadline.Token);
        var others = json
            ? new[] { "\"x\""u8.ToArray(), "{"u8.ToArray(), "[24,01]"u8.ToArray(), [.. Enumerable.Repeat((byte)'[', 70)] }
            : [[0xC1], [0x92, 24], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 24], [.. Enumerable.Repeat((byte)0x91, 70), 0xC0]];
        foreach (var other in others)
        {
            await client.SendMessageAsync(other, deadline.Token);
            await ExpectErrorAsync(client, ErrorCode.Malformed, 0, deadline.Token);
        }

        await client.PingAsync(deadline.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_before_hello_are_1003_and_hello_may_still_come(bool json)
    {
        using var deadline = Deadline.Start();
        await using var client = await TestClient.ConnectAsync(await servers.PlainAsync(), json, deadline.Token);
        await client.SendAsync("[24,3] [5,4,\"chat:a\",0]", deadline.Token);
        await ExpectErrorAsync(client, ErrorCode.HelloFirst, 3, deadline.Token);
        await ExpectErrorAsync(client, ErrorCode.HelloFirst, 4, deadline.Token);
        await client.SendAsync("[1,1]", deadline.Token);
        await client.ReceiveAsync((int)Op.Welcome, deadline.Token);
        await client.PingAsync(deadline.Token);
    }

    [Fact]
    public async Task A_token_of_another_subject_or_an_expired_one_does_not_replace_ours()
    {
        using var deadline = Deadline.Start();
        await using var client = await TestClient.EnterAsync(await servers.PlainAsync(), json: true, "subject-a", deadline.Token);
        await client.SendAsync($"[3,1,\"{Tokens.Of("subject-b")}\"]", deadline.Token);
        await ExpectErrorAsync(client, ErrorCode.TokenInvalid, 1, deadline.Token);
        await client.SendAsync($"[3,2,\"{Tokens.Of("subject-a", TimeSpan.FromMinutes(-1))}\"]", deadline.Token);
        await ExpectErrorAsync(client, ErrorCode.TokenExpired, 2, deadline.Token);
        await client.SendAsync($"[3,3,\"{Tokens.Of("subject-a")}\"]", deadline.Token);
        Assert.Equal(3, (await client.ReceiveAsync((int)Op.Ok, deadline.Token))[1].GetInt32());
        await client.PingAsync(deadline.Token);
    }

    [Fact]
    public async Task One_room_more_than_allowed_is_1010_until_another_is_left()
    {
        using var deadline = Deadline.Start();
        await using var client = await TestClient.EnterAsync(await servers.PlainAsync(), json: false, "rooms-user", deadline.Token);
        for (var i = 0; i < 3; i++)
            await client.JoinAsync($"chat:many-{i}", deadline.Token);
        await client.SendAsync("[5,9,\"chat:many-3\",0]", deadline.Token);
        await ExpectErrorAsync(client, ErrorCode.TooManyRooms, 9, deadline.Token);
        await client.SendAsync("[7,10,\"chat:many-0\"]", deadline.Token);
        await client.ReceiveAsync((int)Op.Ok, deadline.Token);
        await client.JoinAsync("chat:many-3", deadline.Token);
    }

    [Fact]
    public async Task One_member_more_than_allowed_is_1013()
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        await using var first = await TestClient.EnterAsync(server, json: false, "member-a", deadline.Token);
        await using var second = await TestClient.EnterAsync(server, json: false, "member-b", deadline.Token);
        await first.JoinAsync("tiny:one", deadline.Token);
        await SettleAsync(first, "tiny:one", deadline.Token);
        for (var i = 2; i < 6; i++)
        {
            // Members are counted for the node, whichever lane their connection is on.
            await second.SendAsync($"[5,{i},\"tiny:one\",0]", deadline.Token);
            await ExpectErrorAsync(second, ErrorCode.RoomFull, i, deadline.Token);
        }

        await second.PingAsync(deadline.Token);
    }

    // The roster has seen the member once it lists it.
    private static async Task SettleAsync(TestClient client, string room, CancellationToken cancellationToken)
    {
        JsonElement roster;
        do
        {
            await client.SendAsync($"[16,5,\"{room}\"]", cancellationToken);
            roster = await client.ReceiveAsync((int)Op.Roster, cancellationToken);
        }
        while (roster[3].GetInt32() == 0);
    }

    private static async Task ExpectErrorAsync(TestClient client, ErrorCode code, int id, CancellationToken cancellationToken)
    {
        var error = await client.ReceiveAsync((int)Op.Error, cancellationToken);
        Assert.Equal((id, (int)code), (error[1].GetInt32(), error[2].GetInt32()));
    }
}
