namespace Gateway.Server.Jobs;

internal enum CreateUploadStatus
{
    Created,
    TooManyUploads,
    QuotaExceeded,
}
