using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Progress;

public sealed record JobCancelled(TranscodeJob Job, string WorkerId);
