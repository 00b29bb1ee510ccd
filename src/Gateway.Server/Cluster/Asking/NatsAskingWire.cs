using Gateway.Nats;

namespace Gateway.Server.Cluster.Asking;

/// <summary>The wire over the node's connection to NATS.</summary>
internal sealed class NatsAskingWire(NatsConnection connection) : IAskingWire
{
    public bool IsUp => connection.Status == NatsStatus.Connected;

    // Not while there is no connection: what waited for one would arrive when nobody waits for the answer any more, and perhaps after it was sent again.
    public bool TrySend(string subject, ReadOnlySpan<byte> message) => IsUp && connection.Publish(subject, message) == NatsPublishResult.Accepted;

    public IDisposable Subscribe(string subject, AskingReceiver receiver) => new Subscription(connection, subject, receiver);

    private sealed class Subscription : INatsMessageHandler, IDisposable
    {
        private readonly AskingReceiver _receiver;
        private readonly NatsSubscription _subscription;

        public Subscription(NatsConnection connection, string subject, AskingReceiver receiver)
        {
            _receiver = receiver;
            _subscription = connection.Subscribe(subject, this);
        }

        public void OnMessage(in NatsMessage message) => _receiver(message.Payload);

        public void Dispose() => _subscription.Unsubscribe();
    }
}
