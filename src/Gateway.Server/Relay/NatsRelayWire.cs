using Gateway.Nats;
using Gateway.Server.Operations.Messaging;

namespace Gateway.Server.Relay;

/// <summary>The wire over the node's connection to NATS.</summary>
internal sealed class NatsRelayWire : IRelayWire, IDisposable
{
    // Before the first connection the server's limit is not known; this is its default.
    private const int DefaultMaxMessageBytes = 1024 * 1024;

    private readonly NatsConnection _connection;
    private readonly NatsLog _status;

    public NatsRelayWire(NatsConnection connection, NatsLog status)
    {
        _connection = connection;
        _status = status;
        status.Connected += OnConnected;
    }

    public event Action? Restored;

    public int MaxMessageBytes => _connection.MaxPayloadBytes is > 0 and var max ? max : DefaultMaxMessageBytes;

    public bool TrySend(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> message) => _connection.Publish(subject, message) == NatsPublishResult.Accepted;

    public IDisposable Subscribe(string subject, IRelayReceiver receiver) => new NatsRelaySubscription(_connection, subject, receiver);

    public void Dispose() => _status.Connected -= OnConnected;

    private void OnConnected() => Restored?.Invoke();
}
