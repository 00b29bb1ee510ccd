namespace Gateway.Transcoding.Media;

public sealed record AudioStream
{
    /// <summary>Index in the file, for <c>-map 0:index</c>.</summary>
    public required int Index { get; init; }

    public required string Codec { get; init; }

    public int Channels { get; init; }

    public int SampleRate { get; init; }

    public TimeSpan? Duration { get; init; }
}
