namespace Gateway.Server.Jobs;

/// <param name="ReservedBytes">Counted for an upload of unknown size.</param>
internal readonly record struct UploadLimits(int MaxUploadsPerUser, long MaxStoredBytesPerUser, long ReservedBytes);
