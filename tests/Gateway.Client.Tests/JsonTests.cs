using System.Net.WebSockets;
using System.Text;
using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class JsonTests
{
    [Fact]
    public async Task Json_subprotocol_carries_the_same_frames_as_text()
    {
        var time = new ManualTime();
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = Clients.New(gateway.Url, time, options => options.Subprotocol = GatewaySubprotocol.Json);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptAsync();
        Assert.Equal("gateway.v1.json", connection.Protocol);
        Assert.Equal("[1,1,null,null,\"gateway-dotnet/1\"]", await connection.ReceiveTextAsync());
        await SendAsync(connection, "[2,1,\"c\",null,0,30000,[1048576,262144,100,128],0,\"n\"]");
        await connecting.WaitAsync(FakeGateway.Patience);

        var joining = client.JoinAsync("chat:1", new JoinOptions { Tail = 1 });
        Assert.Equal("[5,1,\"chat:1\",0,null,null,1]", await connection.ReceiveTextAsync());
        await SendAsync(connection, "[6,1,\"chat:1\",1,1,0,2,false]\n[11,1,1,\"e\",{\"a\":[1,\"x\",{\"$bin\":\"AQI=\"}]},null,0]");
        var room = await joining.WaitAsync(FakeGateway.Patience);
        var map = (await room.TakeAsync(1))[0].Read<Dictionary<object, object?>>()!;
        Assert.Equal([1L, "x", new byte[] { 1, 2 }], (List<object?>)map["a"]!);
    }

    private static Task SendAsync(FakeConnection connection, string text) => connection.SendRawAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);
}
