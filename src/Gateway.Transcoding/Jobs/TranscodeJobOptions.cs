namespace Gateway.Transcoding.Jobs;

/// <summary>What a user may choose beside the preset.</summary>
public sealed record TranscodeJobOptions
{
    public static TranscodeJobOptions Default { get; } = new();

    /// <summary>Make a JPEG of one frame (ignored when the input has no picture).</summary>
    public bool Thumbnail { get; init; } = true;

    /// <summary>Make a short animated GIF beside the result (ignored for the presets <c>audio</c> and <c>gif</c>).</summary>
    public bool Preview { get; init; } = true;

    /// <summary>Where in the input to begin; null is its start.</summary>
    public TimeSpan? StartAt { get; init; }

    /// <summary>How much of the input to take from there; null is up to its end.</summary>
    public TimeSpan? Length { get; init; }
}
