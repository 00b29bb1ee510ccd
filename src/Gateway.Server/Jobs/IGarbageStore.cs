namespace Gateway.Server.Jobs;

/// <summary>Media folders without a row: noted with the deletion of the row, forgotten when they are gone, so that no crash leaves a file.</summary>
internal interface IGarbageStore
{
    Task<IReadOnlyList<string>> ListAsync(int limit, CancellationToken cancellationToken);

    Task ForgetAsync(string id, CancellationToken cancellationToken);
}
