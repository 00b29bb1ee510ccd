using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Rooms;

/// <summary>A room with members of both subprotocols: each sees the other's payloads by the rules of protocol/spec.md, 2.1.</summary>
public sealed class TranslationTests(TestServers servers)
{
    private const string Payload =
        """{"text":"Grüße 😀","whole":9007199254740991,"below":-3,"float":1.5,"two":2.0,"no":null,"yes":true,"bytes":{"$bin":"AAH/"},"list":[1,[2,[]],{}],"time":{"$time":"2026-01-02T03:04:05.5Z"},"huge":18446744073709551615,"nan":{"$float":"NaN"},"dollar":{"$$bin":"x"}}""";

    [Fact]
    public async Task Both_kinds_of_member_see_each_others_payloads()
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        var room = "chat:both-" + Guid.NewGuid().ToString("N");
        await using var json = await TestClient.EnterAsync(server, json: true, "jay", deadline.Token);
        await using var pack = await TestClient.EnterAsync(server, json: false, "mia", deadline.Token);
        var number = (await json.JoinAsync(room, deadline.Token))[3].GetInt32();
        Assert.Equal(number, (await pack.JoinAsync(room, deadline.Token))[3].GetInt32());

        var offset = 0;
        foreach (var (from, sender) in new[] { (json, "jay"), (pack, "mia") })
        {
            offset++;
            await from.SendAsync($"[9,8,{number},\"say\",{Payload}]", deadline.Token);

            // The ack and the publisher's own copy may come in either order: one answers, the other belongs to the room.
            foreach (var member in new[] { json, pack })
            {
                var message = await ReceiveMessageAsync(member, expectAck: member == from, offset, deadline.Token);
                Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Payload), message[4]), message[4].GetRawText());

                // Equal numbers are not enough: a float stays one.
                Assert.Contains("\"two\":2.0,", message[4].GetRawText(), StringComparison.Ordinal);
                Assert.Equal((number, offset, "say", sender), (message[1].GetInt32(), message[2].GetInt32(), message[3].GetString(), message[5].GetString()));
            }
        }

        await json.SendAsync($"[20,9,{number},0,10]", deadline.Token);
        await pack.SendAsync($"[20,9,{number},0,10]", deadline.Token);
        var pages = new[] { await json.ReceiveAsync((int)Op.Page, deadline.Token), await pack.ReceiveAsync((int)Op.Page, deadline.Token) };
        Assert.Equal(pages[0].GetRawText(), pages[1].GetRawText());
        Assert.Equal(2, pages[0][5].GetArrayLength());
    }

    private static async Task<JsonElement> ReceiveMessageAsync(TestClient member, bool expectAck, int offset, CancellationToken cancellationToken)
    {
        if (!expectAck)
            return await member.ReceiveAsync((int)Op.Message, cancellationToken);

        var first = Assert.NotNull(await member.TryReceiveAsync(cancellationToken));
        var second = Assert.NotNull(await member.TryReceiveAsync(cancellationToken));
        var (ack, message) = first[0].GetInt32() == (int)Op.Ack ? (first, second) : (second, first);
        Assert.Equal(((int)Op.Ack, 8, offset), (ack[0].GetInt32(), ack[1].GetInt32(), ack[3].GetInt32()));
        Assert.Equal((int)Op.Message, message[0].GetInt32());
        return message;
    }
}
