namespace Gateway.Server.Jobs;

/// <summary>The events written with the states of <see cref="IJobStore"/>, oldest first, until they are taken out.</summary>
internal interface IOutboxStore
{
    /// <param name="except">Rooms whose events are passed over; some hundreds at most.</param>
    Task<IReadOnlyList<OutboxEvent>> ReadAsync(int limit, IReadOnlyCollection<string> except, CancellationToken cancellationToken);

    Task RemoveAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellationToken);
}
