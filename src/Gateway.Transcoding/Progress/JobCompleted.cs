using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Progress;

public sealed record JobCompleted(TranscodeJob Job, string WorkerId, JobResult Result);
