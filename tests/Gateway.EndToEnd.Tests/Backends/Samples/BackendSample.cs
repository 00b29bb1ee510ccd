using Gateway.Nats;

namespace Gateway.EndToEnd.Tests.Backends.Samples;

/// <summary>The README's sample of a backend; ReadmeTests runs it and holds the README to it.</summary>
internal static class BackendSample
{
    public static async Task RunAsync(string url, Action<string> print, CancellationToken cancellationToken)
    {
        // <readme>
        await using var nats = new NatsConnection(new NatsOptions { Servers = [url] });
        await nats.ConnectAsync(cancellationToken);

        // Publish to a room, and have it acknowledged. Repeat with the same key until it is: the room has it once.
        var headers = new NatsHeaders().Add("Gateway-Event", "say").Add("Nats-Msg-Id", "order-4711");
        var ack = await nats.RequestAsync("gateway.publish.room.chat:lobby", """{"text":"hello"}"""u8.ToArray(), headers: headers, cancellationToken: cancellationToken);
        print($"{ack.Status} {System.Text.Encoding.UTF8.GetString(ack.Message!.Payload.Span)}");

        // Answer clients' requests to the service "quotes"; run as many of these as you like, NATS shares the requests among them.
        await using var requests = nats.Subscribe("gateway.request.quotes", new NatsReaderOptions { QueueGroup = "quotes" });
        await foreach (var request in requests.WithCancellation(cancellationToken))
        {
            print($"{request.Headers!["Gateway-User"]} calls {request.Headers["Gateway-Method"]}");
            nats.Publish(request.ReplyTo!, """{"price":42}"""u8, headers: new NatsHeaders().Add("Content-Type", "application/json"));
        }
        // </readme>
    }
}
