namespace Gateway.Server.Accounts.Tickets;

/// <summary>Keeps connect tickets for their short lives. Safe from any thread; a fault is a value.</summary>
internal interface ITicketStore
{
    /// <summary>Other nodes know the tickets too, and this one after a restart.</summary>
    bool IsShared { get; }

    /// <summary>Keeps what a ticket stands for.</summary>
    /// <param name="hash">Of the ticket, unique; the ticket itself is kept nowhere.</param>
    ValueTask<TicketStatus> AddAsync(string hash, ReadOnlyMemory<byte> content, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Takes a ticket out. Of any number who try at once, on whatever node, one gets it.</summary>
    /// <returns>What it stands for, with <see cref="TicketStatus.Ok"/> only.</returns>
    ValueTask<(TicketStatus Status, ReadOnlyMemory<byte> Content)> TakeAsync(string hash, CancellationToken cancellationToken);
}
