namespace Gateway.Server.Jobs;

/// <param name="Offset">Bytes that are here.</param>
/// <param name="Job">Set when they are all.</param>
internal readonly record struct UploadProgress(long Offset, Job? Job);
