using Gateway.Server.Rooms;

namespace Gateway.Server.Jobs;

/// <summary>A job's room belongs to who uploaded it.</summary>
internal sealed class JobRoomOwners(IJobStore jobs, IUploadStore uploads) : IRoomOwners
{
    public string Kind => "job";

    /// <summary>An upload has its job's id already: a page may join before the last byte is sent.</summary>
    public async ValueTask<string?> GetOwnerAsync(string roomId, CancellationToken cancellationToken) =>
        (await jobs.FindAsync(roomId, cancellationToken))?.UserId ?? (await uploads.FindAsync(roomId, cancellationToken))?.UserId;
}
