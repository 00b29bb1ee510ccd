namespace Gateway.Transcoding.Media;

/// <summary>What ffprobe says about a file, reduced to what we use and show.</summary>
public sealed record MediaInfo
{
    /// <summary>ffprobe's format name, for example <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</summary>
    public required string Format { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Null when the container does not say (live recordings of browsers).</summary>
    public TimeSpan? Duration { get; init; }

    public long? BitsPerSecond { get; init; }

    public required int StreamCount { get; init; }

    /// <summary>The first moving picture; cover art does not count.</summary>
    public VideoStream? Video { get; init; }

    public AudioStream? Audio { get; init; }
}
