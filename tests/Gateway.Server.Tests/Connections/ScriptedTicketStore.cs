using Gateway.Server.Accounts.Tickets;

namespace Gateway.Server.Tests.Connections;

/// <summary>Tickets that other nodes know, in a store that may be away or silent.</summary>
internal sealed class ScriptedTicketStore(ITicketStore inner) : ITicketStore
{
    private int _addCount;

    public bool IsShared => true;

    /// <summary>It does not answer, and says so at once.</summary>
    public bool IsAway { get; set; }

    /// <summary>It never answers.</summary>
    public bool IsSilent { get; set; }

    public int AddCount => Volatile.Read(ref _addCount);

    /// <summary>How long the last ticket lives.</summary>
    public TimeSpan Lifetime { get; private set; }

    public async ValueTask<TicketStatus> AddAsync(string hash, ReadOnlyMemory<byte> content, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _addCount);
        Lifetime = lifetime;
        if (IsSilent)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return IsAway ? TicketStatus.Unavailable : await inner.AddAsync(hash, content, lifetime, cancellationToken);
    }

    public ValueTask<(TicketStatus Status, ReadOnlyMemory<byte> Content)> TakeAsync(string hash, CancellationToken cancellationToken) => inner.TakeAsync(hash, cancellationToken);
}
