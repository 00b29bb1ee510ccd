using Gateway.Server.Cluster.Asking;

namespace Gateway.Cluster.Tests.Asking;

/// <summary>The twin of NATS for questions: what is sent arrives at all who listen, at once and in order.</summary>
internal sealed class AskingWires
{
    private readonly List<(Wire Owner, string Subject, AskingReceiver Receiver)> _subscriptions = [];

    public Wire Create() => new(this);

    internal sealed class Wire(AskingWires wires) : IAskingWire
    {
        public bool IsUp { get; set; } = true;

        /// <summary>Sends are not taken, though the way seems open.</summary>
        public bool IsFull { get; set; }

        public int SentCount { get; private set; }

        public bool TrySend(string subject, ReadOnlySpan<byte> message)
        {
            if (!IsUp || IsFull)
                return false;
            SentCount++;
            foreach (var subscription in wires._subscriptions.Where(each => each.Owner.IsUp && each.Subject == subject).ToArray())
                subscription.Receiver(message);
            return true;
        }

        public IDisposable Subscribe(string subject, AskingReceiver receiver)
        {
            wires._subscriptions.Add((this, subject, receiver));
            return new End(() => wires._subscriptions.RemoveAll(each => each.Receiver == receiver));
        }
    }

    private sealed class End(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
