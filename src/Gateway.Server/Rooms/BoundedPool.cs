using System.Collections.Concurrent;

namespace Gateway.Server.Rooms;

/// <summary>Keeps up to a number of objects for reuse; beyond that they are left to the collector. Any thread.</summary>
internal sealed class BoundedPool<T>(Func<T> create, int maxKept)
    where T : class
{
    private readonly ConcurrentQueue<T> _kept = new();
    private int _keptCount;
    private long _rentedCount;

    public long RentedCount => Interlocked.Read(ref _rentedCount);

    public T Rent()
    {
        Interlocked.Increment(ref _rentedCount);
        if (_kept.TryDequeue(out var item))
        {
            Interlocked.Decrement(ref _keptCount);
            return item;
        }

        return create();
    }

    public void Return(T item)
    {
        Interlocked.Decrement(ref _rentedCount);
        if (Interlocked.Increment(ref _keptCount) <= maxKept)
        {
            _kept.Enqueue(item);
        }
        else
        {
            Interlocked.Decrement(ref _keptCount);
        }
    }
}
