namespace Gateway.Server.Jobs;

/// <summary>Uploads under way. Callable from any thread; the contract is UploadStoreContract in the tests.</summary>
internal interface IUploadStore
{
    /// <summary>Checked against the user's limits in the same step: jobs, results and announced uploads together.</summary>
    Task<CreateUploadStatus> CreateAsync(Upload upload, UploadLimits limits, CancellationToken cancellationToken);

    Task<Upload?> FindAsync(string id, CancellationToken cancellationToken);

    Task TouchAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes the row; the file becomes garbage to be collected. False when there is no such upload.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ids of those without a sign of life since <paramref name="before"/>.</summary>
    Task<IReadOnlyList<string>> ListStaleAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}
