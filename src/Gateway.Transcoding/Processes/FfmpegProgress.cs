namespace Gateway.Transcoding.Processes;

/// <summary>One block of <c>ffmpeg -progress</c>. A value is null where ffmpeg said <c>N/A</c>, nothing, or something unreadable.</summary>
internal readonly record struct FfmpegProgress
{
    public long? Frame { get; init; }

    /// <summary>Frames encoded per second, averaged by ffmpeg.</summary>
    public double? Fps { get; init; }

    /// <summary>Quantizer of the first video stream.</summary>
    public double? Quality { get; init; }

    public double? BitsPerSecond { get; init; }

    public long? TotalBytes { get; init; }

    /// <summary>How far into the output; never negative.</summary>
    public TimeSpan? OutTime { get; init; }

    public long? DuplicatedFrames { get; init; }

    public long? DroppedFrames { get; init; }

    /// <summary>Media seconds per second.</summary>
    public double? Speed { get; init; }

    /// <summary>The last block of a run.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Whether ffmpeg got anywhere since <paramref name="earlier"/>.</summary>
    public bool HasAdvancedFrom(FfmpegProgress earlier) =>
        IsEnd || Frame > (earlier.Frame ?? 0) || TotalBytes > (earlier.TotalBytes ?? 0) || OutTime > (earlier.OutTime ?? TimeSpan.Zero);
}
