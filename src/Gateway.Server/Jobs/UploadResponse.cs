namespace Gateway.Server.Jobs;

/// <param name="Id">Also the id of the job to come, so its room can be joined at once.</param>
internal sealed record UploadResponse(string Id, string Location, long Offset, long? Size, DateTimeOffset ExpiresAt);
