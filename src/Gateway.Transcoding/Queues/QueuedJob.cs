using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Queues;

/// <summary>A job inside <see cref="InMemoryTranscodeQueue"/>; touched under its lock only.</summary>
internal sealed class QueuedJob(TranscodeJob job, long sequence)
{
    public TranscodeJob Job { get; } = job;

    /// <summary>Its place in line, kept for its whole life.</summary>
    public long Sequence { get; } = sequence;

    public int AttemptsBegun { get; set; }

    public DateTimeOffset DueAt { get; set; } = DateTimeOffset.MinValue;

    public bool CancelRequested { get; set; }

    /// <summary>The lease that holds it, expired or not; null while it waits.</summary>
    public LeasedJob? Lease { get; set; }

    public bool IsAvailable(DateTimeOffset now) => Lease is null ? DueAt <= now : Lease.ExpiresAt <= now;
}
