using Gateway.Client.Http;

namespace Gateway.Client.Tests.Samples;

/// <summary>What README.md shows: <see cref="ReadmeTests"/> holds the two together.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(Uri address, string username, string password, CancellationToken cancellationToken)
    {
        // <readme>
        using var http = new GatewayHttp(address);                            // http://localhost:8080
        await http.Accounts.LoginAsync(username, password, cancellationToken);

        var options = new GatewayClientOptions { TokenProvider = http.Accounts.GetTokenAsync };
        options.Endpoints.Add(http.WebSocketAddress);
        await using var client = new GatewayClient(options);
        client.StatusChanged += (_, change) => Console.WriteLine($"{change.Status} {change.Reason?.Sentence}");
        await client.ConnectAsync(cancellationToken);

        var room = await client.JoinAsync("chat:lobby", new JoinOptions { Tail = 10 }, cancellationToken);
        await client.PublishValueAsync("chat:lobby", "say", new { text = "hello" }, cancellationToken: cancellationToken);

        await foreach (var message in room.ReadAllAsync(cancellationToken))   // goes on over reconnects
        {
            if (message.GapBefore is { } gap)
                Console.WriteLine($"{gap.LostCount} messages are lost");      // said, never silent
            Console.WriteLine($"{message.Position.Offset} {message.Sender}: {message.Read<Said>()?.Text}");
        }
        // </readme>
    }

    private sealed record Said(string Text);
}
