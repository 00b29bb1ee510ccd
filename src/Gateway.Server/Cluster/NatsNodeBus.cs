using System.Text;
using Gateway.Nats;

namespace Gateway.Server.Cluster;

/// <summary>
/// Beats over NATS, on <c>gateway.cluster.{name}.nodes</c>. A beat that finds no room among what waits to be sent is not sent; the next one says the same. What is heard while the loop is behind
/// is dropped beyond <see cref="MaxWaiting"/>.
/// </summary>
internal sealed class NatsNodeBus(NatsConnection connection, string cluster) : INodeBus, INatsMessageHandler, IDisposable
{
    /// <summary>Beats that may wait for the loop: some seconds of a thousand nodes.</summary>
    public const int MaxWaiting = 4096;

    private readonly byte[] _subject = Encoding.UTF8.GetBytes(SubjectOf(cluster));
    private Action<Beat>? _receive;
    private NatsSubscription? _subscription;
    private long _malformed;

    /// <summary>Messages on the subject that were no beats.</summary>
    public long MalformedCount => Volatile.Read(ref _malformed);

    public static string SubjectOf(string cluster) => $"gateway.cluster.{cluster}.nodes";

    /// <param name="receive">Given each beat, on the connection's read loop.</param>
    public void Start(Action<Beat> receive)
    {
        _receive = receive;
        _subscription = connection.Subscribe(SubjectOf(cluster), this);
    }

    // Not while there is no connection: what waited would tell of a past that is over.
    public void Send(Beat beat)
    {
        if (connection.Status == NatsStatus.Connected)
            connection.Publish(_subject, BeatCodec.Encode(beat));
    }

    public void OnMessage(in NatsMessage message)
    {
        if (BeatCodec.TryDecode(message.Payload, out var beat))
            _receive!(beat!);
        else
            Interlocked.Increment(ref _malformed);
    }

    public void Dispose() => _subscription?.Unsubscribe();
}
