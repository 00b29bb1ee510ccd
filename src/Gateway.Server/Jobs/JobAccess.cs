using Gateway.Server.Accounts;

namespace Gateway.Server.Jobs;

/// <summary>Who may see which job. Another's job is, for everybody else, no job at all.</summary>
internal sealed class JobAccess(IJobStore store)
{
    private const string AdminRole = "admin";
    public const string ServiceRole = "service";

    public static bool SeesAll(Identity identity) => identity.HasRole(AdminRole);

    public async Task<Job?> FindAsync(Identity identity, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } job
        && (SeesAll(identity) || string.Equals(job.UserId, identity.UserId, StringComparison.Ordinal))
            ? job
            : null;

    /// <summary>Services see every job's status too.</summary>
    public async Task<Job?> FindForStatusAsync(Identity identity, string id, CancellationToken cancellationToken) =>
        identity.HasRole(ServiceRole) ? await store.FindAsync(id, cancellationToken) : await FindAsync(identity, id, cancellationToken);
}
