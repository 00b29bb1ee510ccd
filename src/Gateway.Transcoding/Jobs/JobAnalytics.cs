namespace Gateway.Transcoding.Jobs;

/// <summary>The figures of a finished job.</summary>
public sealed record JobAnalytics
{
    public required long InputBytes { get; init; }

    public required long OutputBytes { get; init; }

    /// <summary>Input bytes per output byte: 2 means half the size. 0 when the output is empty, which a success never is.</summary>
    public double CompressionRatio => OutputBytes == 0 ? 0 : (double)InputBytes / OutputBytes;

    public required TimeSpan MediaDuration { get; init; }

    public required TimeSpan ProcessingTime { get; init; }

    /// <summary>Of the main output, over its whole length.</summary>
    public required long OutputBitsPerSecond { get; init; }

    /// <summary>Seconds of media per second of work.</summary>
    public double Speed => ProcessingTime > TimeSpan.Zero ? MediaDuration / ProcessingTime : 0;
}
