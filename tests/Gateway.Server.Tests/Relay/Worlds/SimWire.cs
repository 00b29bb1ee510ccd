using Gateway.Server.Relay;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>One node's end of a <see cref="SimNetwork"/>.</summary>
internal sealed class SimWire(SimNetwork network) : IRelayWire
{
    private readonly Dictionary<string, List<Subscription>> _subscriptions = new(StringComparer.Ordinal);
    private readonly Queue<(string Subject, byte[] Message)> _waiting = new();

    public event Action? Restored;

    /// <summary>Small, so that schedules meet the splitting of messages.</summary>
    public int MaxMessageBytes => 4096;

    /// <summary>Nothing passes, in either direction, and nothing is refused.</summary>
    public bool IsCut { get; private set; }

    /// <summary>There is no room for what is to be sent.</summary>
    public bool IsFull { get; set; }

    /// <summary>The node stands still: what arrives waits.</summary>
    public bool IsPaused { get; set; }

    public long SentCount { get; private set; }

    /// <summary>Sees each message that is about to be sent.</summary>
    public Action<string, byte[]>? Sending { get; set; }

    /// <summary>Whether a message is lost on its way, without anybody's noticing.</summary>
    public Predicate<byte[]>? Losing { get; set; }

    public bool Hears(string subject) => _subscriptions.ContainsKey(subject);

    public bool TrySend(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> message)
    {
        if (IsFull || message.Length > MaxMessageBytes)
            return false;
        SentCount++;
        Sending?.Invoke(System.Text.Encoding.UTF8.GetString(subject), message.ToArray());
        if (Losing?.Invoke(message.ToArray()) != true)
            network.Send(this, subject, message);
        return true;
    }

    public IDisposable Subscribe(string subject, IRelayReceiver receiver)
    {
        if (!_subscriptions.TryGetValue(subject, out var list))
            _subscriptions.Add(subject, list = []);
        var subscription = new Subscription(this, subject, receiver);
        list.Add(subscription);
        return subscription;
    }

    public void Take(string subject, byte[] message)
    {
        if (IsCut)
            return;
        if (IsPaused)
            _waiting.Enqueue((subject, message));
        else
            Deliver(subject, message);
    }

    /// <summary>After a pause.</summary>
    public void TakeWaiting()
    {
        while (_waiting.TryDequeue(out var message))
            Deliver(message.Subject, message.Message);
    }

    public void Cut()
    {
        IsCut = true;
        _waiting.Clear();
    }

    /// <summary>The connection is another one now, to another server.</summary>
    public void Move()
    {
        network.Move(this);
        Restored?.Invoke();
    }

    public void Restore()
    {
        IsCut = false;
        Restored?.Invoke();
    }

    private void Deliver(string subject, byte[] message)
    {
        if (!_subscriptions.TryGetValue(subject, out var list))
            return;
        foreach (var subscription in list.ToArray())
            subscription.Receiver.OnMessage(message);
    }

    private void Remove(Subscription subscription)
    {
        var list = _subscriptions[subscription.Subject];
        list.Remove(subscription);
        if (list.Count == 0)
            _subscriptions.Remove(subscription.Subject);
    }

    private sealed class Subscription(SimWire wire, string subject, IRelayReceiver receiver) : IDisposable
    {
        public string Subject { get; } = subject;

        public IRelayReceiver Receiver { get; } = receiver;

        public void Dispose() => wire.Remove(this);
    }
}
