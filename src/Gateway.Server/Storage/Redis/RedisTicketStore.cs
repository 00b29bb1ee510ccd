using Gateway.Server.Accounts.Tickets;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>Connect tickets that any node can take. Their number is bounded by their lives.</summary>
internal sealed class RedisTicketStore(RedisConnection redis) : ITicketStore
{
    public bool IsShared => true;

    public async ValueTask<TicketStatus> AddAsync(string hash, ReadOnlyMemory<byte> content, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var (key, value, milliseconds) = (redis.Keys.Ticket(hash), content.ToArray(), (long)lifetime.TotalMilliseconds);
        var answer = await redis.CallAsync("ticket-add", database => database.ExecuteAsync("SET", key, value, "PX", milliseconds), redis.Options.OperationTimeout)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsAnswered ? TicketStatus.Ok : TicketStatus.Unavailable;
    }

    public async ValueTask<(TicketStatus Status, ReadOnlyMemory<byte> Content)> TakeAsync(string hash, CancellationToken cancellationToken)
    {
        var key = redis.Keys.Ticket(hash);
        var answer = await redis.CallAsync("ticket-take", database => database.ExecuteAsync("GETDEL", key), redis.Options.OperationTimeout)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Result is not { } result)
            return (TicketStatus.Unavailable, default);
        return (byte[]?)result is { } content ? (TicketStatus.Ok, content) : (TicketStatus.Unknown, default);
    }
}
