using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Progress;

/// <summary>The end of a job: no attempt follows. A failure that is tried again is a <see cref="JobRequeued"/>.</summary>
public sealed record JobFailed(TranscodeJob Job, string WorkerId, JobError Error);
