using Microsoft.Extensions.Options;

namespace Gateway.Server.Accounts.Tickets;

/// <summary>The tickets of a single node. Bounded; what is too old goes first.</summary>
internal sealed class InMemoryTicketStore(IOptions<AccountsOptions> options, TimeProvider time) : ITicketStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Content, DateTimeOffset Ends)> _tickets = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _ends = new();

    public bool IsShared => false;

    public ValueTask<TicketStatus> AddAsync(string hash, ReadOnlyMemory<byte> content, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            // Used ones leave their place in the queue until their time is over, so the queue is what is bounded.
            while (_ends.TryPeek(out var oldest, out var ends) && ends <= now)
            {
                _ends.Dequeue();
                _tickets.Remove(oldest);
            }

            if (_ends.Count >= options.Value.MaxTickets)
                return new(TicketStatus.Full);
            _tickets.Add(hash, (content, now + lifetime));
            _ends.Enqueue(hash, now + lifetime);
            return new(TicketStatus.Ok);
        }
    }

    public ValueTask<(TicketStatus Status, ReadOnlyMemory<byte> Content)> TakeAsync(string hash, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _tickets.Remove(hash, out var found) && found.Ends > time.GetUtcNow()
                ? new((TicketStatus.Ok, found.Content))
                : new((TicketStatus.Unknown, default));
        }
    }
}
