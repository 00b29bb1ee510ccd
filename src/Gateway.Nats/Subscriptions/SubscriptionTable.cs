using System.Collections.Concurrent;
using Gateway.Nats.Diagnostics;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Subscriptions;

/// <summary>The live subscriptions by their number. Changed under the outbox's lock, read by the read loop without one.</summary>
internal sealed class SubscriptionTable(ConnectionCounters counters, INatsObserver observer)
{
    private readonly ConcurrentDictionary<long, NatsSubscription> _byId = new();
    private long _lastId;

    public IEnumerable<NatsSubscription> All => _byId.Values;

    public int Count => _byId.Count;

    public long TakeId() => Interlocked.Increment(ref _lastId);

    public void Add(NatsSubscription subscription) => _byId[subscription.Id] = subscription;

    public void Remove(NatsSubscription subscription) => _byId.TryRemove(subscription.Id, out _);

    /// <summary>Hands a message to its subscription. One for a subscription that has just ended is dropped: the server did not know yet.</summary>
    public void Deliver(in ServerOperation operation)
    {
        if (!_byId.TryGetValue(operation.SubscriptionId, out var subscription))
            return;
        try
        {
            subscription.Deliver(new NatsMessage(subscription, operation.Subject, operation.ReplyTo, operation.Headers, operation.Payload));
        }
        catch (Exception fault)
        {
            counters.CountHandlerFault();
            observer.OnHandlerFault(subscription, fault);
        }
    }
}
