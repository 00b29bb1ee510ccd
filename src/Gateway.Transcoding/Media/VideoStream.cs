namespace Gateway.Transcoding.Media;

public sealed record VideoStream
{
    /// <summary>Index in the file, for <c>-map 0:index</c>.</summary>
    public required int Index { get; init; }

    public required string Codec { get; init; }

    /// <summary>As stored, before rotation and pixel aspect.</summary>
    public required int CodedWidth { get; init; }

    public required int CodedHeight { get; init; }

    /// <summary>Clockwise, one of 0, 90, 180, 270: what a player turns the stored picture by.</summary>
    public int RotationDegrees { get; init; }

    /// <summary>As a viewer sees it: rotated, square pixels.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    public double? FramesPerSecond { get; init; }

    public string? PixelFormat { get; init; }

    public TimeSpan? Duration { get; init; }
}
