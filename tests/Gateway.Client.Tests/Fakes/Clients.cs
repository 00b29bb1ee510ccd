namespace Gateway.Client.Tests.Fakes;

/// <summary>Clients as the tests want them: a clock of their own, a middling jitter.</summary>
internal static class Clients
{
    public static GatewayClient New(Uri url, TimeProvider time, Action<GatewayClientOptions>? configure = null)
    {
        // Tests move the clock by minutes, which no send in a test shall notice. And under a clock that stands still, a client that is disposed at a test's end would wait for ever for a server that nobody plays any more.
        var options = new GatewayClientOptions { TimeProvider = time, Jitter = static () => 0.5, CloseTimeout = TimeSpan.Zero, SendTimeout = TimeSpan.FromHours(1) };
        options.Endpoints.Add(url);
        configure?.Invoke(options);
        return new GatewayClient(options);
    }

    /// <summary>A client that is connected, and the server's side of its connection.</summary>
    public static async Task<(GatewayClient Client, FakeConnection Connection)> ConnectAsync(
        FakeGateway gateway, TimeProvider time, Action<GatewayClientOptions>? configure = null)
    {
        var client = New(gateway.Url, time, configure);
        var connecting = client.ConnectAsync();
        var connection = await gateway.AcceptWelcomedAsync();
        await connecting.WaitAsync(FakeGateway.Patience);
        return (client, connection);
    }

    /// <summary>Joins a room whose history is at <paramref name="offset"/> of epoch 1.</summary>
    public static async Task<RoomSubscription> JoinAsync(
        GatewayClient client, FakeConnection connection, string room = "chat:1", long offset = 0, JoinOptions? options = null, int number = 1)
    {
        var joining = client.JoinAsync(room, options);
        await connection.JoinAsync(number, epoch: 1, offset, head: offset, recovered: false);
        return await joining.WaitAsync(FakeGateway.Patience);
    }

    /// <summary>The next messages of a room.</summary>
    public static async Task<List<RoomMessage>> TakeAsync(this RoomSubscription room, int count)
    {
        var messages = new List<RoomMessage>();
        using var patience = new CancellationTokenSource(FakeGateway.Patience);
        if (count == 0)
            return messages;
        await foreach (var message in room.ReadAllAsync(patience.Token))
        {
            messages.Add(message);
            if (messages.Count == count)
                break;
        }

        return messages;
    }

    public static IEnumerable<long> Offsets(this IEnumerable<RoomMessage> messages) => messages.Select(message => message.Position.Offset);
}
