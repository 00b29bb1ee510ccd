using Gateway.Nats;

namespace Gateway.Server.Relay;

/// <summary>One subscription of <see cref="NatsRelayWire"/>.</summary>
internal sealed class NatsRelaySubscription : INatsMessageHandler, IDisposable
{
    private readonly IRelayReceiver _receiver;
    private readonly NatsSubscription _subscription;

    public NatsRelaySubscription(NatsConnection connection, string subject, IRelayReceiver receiver)
    {
        _receiver = receiver;
        _subscription = connection.Subscribe(subject, this);
    }

    public void OnMessage(in NatsMessage message) => _receiver.OnMessage(message.Payload);

    public void Dispose() => _subscription.Unsubscribe();
}
