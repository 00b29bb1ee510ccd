using Gateway.Server.Accounts.Tickets;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>Connect tickets that any node can take. Their number is bounded by their lives.</summary>
internal sealed class RedisTicketStore(RedisConnection redis) : ITicketStore
{
    public bool IsShared => true;

    public async ValueTask<TicketStatus> AddAsync(string hash, ReadOnlyMemory<byte> content, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var answer = await redis.ExecuteAsync("ticket-add", "SET", redis.Keys.Ticket(hash), content.ToArray(), "PX", (long)lifetime.TotalMilliseconds)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsAnswered ? TicketStatus.Ok : TicketStatus.Unavailable;
    }

    public async ValueTask<(TicketStatus Status, ReadOnlyMemory<byte> Content)> TakeAsync(string hash, CancellationToken cancellationToken)
    {
        var answer = await redis.ExecuteAsync("ticket-take", "GETDEL", redis.Keys.Ticket(hash)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Result is not { } result)
            return (TicketStatus.Unavailable, default);
        return (byte[]?)result is { } content ? (TicketStatus.Ok, content) : (TicketStatus.Unknown, default);
    }
}
