using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Jobs;

/// <summary>A file on its way. How much of it is here is the length of its file, nothing else.</summary>
/// <param name="SizeBytes">What was announced; null when the client could not say (a body without a length).</param>
/// <param name="TouchedAt">Last sign of life; what stays silent for too long is removed.</param>
internal sealed record Upload(
    string Id, string UserId, string FileName, string ContentType, JobPreset Preset, TranscodeJobOptions Options, long? SizeBytes,
    DateTimeOffset CreatedAt, DateTimeOffset TouchedAt);
