using System.Text;
using Gateway.Server.Relay;

namespace Gateway.Server.Tests.Relay;

/// <summary>A wire between nodes on one thread that delivers while it sends, and so keeps nothing.</summary>
internal sealed class InstantWire : IRelayWire
{
    private readonly List<(byte[] Subject, IRelayReceiver Receiver)> _receivers = [];

    public event Action? Restored
    {
        add { }
        remove { }
    }

    public int MaxMessageBytes => 1024 * 1024;

    public bool TrySend(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> message)
    {
        for (var i = 0; i < _receivers.Count; i++)
        {
            if (subject.SequenceEqual(_receivers[i].Subject))
                _receivers[i].Receiver.OnMessage(message);
        }

        return true;
    }

    public IDisposable Subscribe(string subject, IRelayReceiver receiver)
    {
        _receivers.Add((Encoding.UTF8.GetBytes(subject), receiver));
        return new Subscription(() => _receivers.RemoveAll(each => ReferenceEquals(each.Receiver, receiver)));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
