using Gateway.Nats;

namespace Gateway.Benchmarks.Nats;

/// <summary>Answers each request with its own payload.</summary>
internal sealed class EchoHandler(NatsConnection connection) : INatsMessageHandler
{
    public void OnMessage(in NatsMessage message) => connection.Publish(message.ReplyTo, message.Payload);
}
