namespace Gateway.Demo.Media;

/// <summary>Whether a result is what its preset promises for this source.</summary>
internal static class ResultCheck
{
    // Encoders round to whole frames and audio packets, and begin a little before zero.
    private const double MaxDurationDifferenceSeconds = 0.5;

    /// <summary>What is wrong, in a sentence; null when all is well.</summary>
    public static string? Complaint(ClipFacts source, ClipFacts result, string preset)
    {
        var (container, video, audio, longSide, shortSide) = preset switch
        {
            "mp4-1080p" => ("mp4", "h264", "aac", 1920, 1080),
            "mp4-720p" => ("mp4", "h264", "aac", 1280, 720),
            "mp4-480p" => ("mp4", "h264", "aac", 854, 480),
            "webm" => ("webm", "vp9", "opus", 1280, 720),
            "audio" => ("mp4", "", "aac", 0, 0),
            _ => ("gif", "gif", "", 480, 480),
        };
        if (!result.Container.Contains(container, StringComparison.Ordinal))
            return $"the container is {result.Container}, not {container}";
        if (source.VideoCodec.Length > 0 && result.VideoCodec != video)
            return $"the video is {Or(result.VideoCodec)}, not {Or(video)}";
        if (source.AudioCodec.Length > 0 && result.AudioCodec != audio)
            return $"the sound is {Or(result.AudioCodec)}, not {Or(audio)}";
        if (Math.Max(result.Width, result.Height) > longSide || Math.Min(result.Width, result.Height) > shortSide)
            return $"the picture is {result.Width}x{result.Height}, larger than {longSide}x{shortSide}";
        if (video.Length > 0 && source.VideoCodec.Length > 0 && !HasSameShape(source, result))
            return $"the picture is {result.Width}x{result.Height}, another shape than {source.Width}x{source.Height}";
        // A preview may be a part of the source on purpose.
        if (preset != "gif" && Math.Abs(source.DurationSeconds - result.DurationSeconds) > MaxDurationDifferenceSeconds)
            return FormattableString.Invariant($"it lasts {result.DurationSeconds:0.00} s, the source {source.DurationSeconds:0.00} s");
        return null;
    }

    /// <summary>Equal but for the rounding of both sides to even numbers. A rotated source comes out upright: sides may have changed places.</summary>
    private static bool HasSameShape(ClipFacts source, ClipFacts result)
    {
        if (result.Width == 0 || result.Height == 0)
            return false;
        return Fits(source.Width, source.Height) || Fits(source.Height, source.Width);

        bool Fits(int width, int height) =>
            Math.Abs(((double)width * result.Height / height) - result.Width) <= 2 || Math.Abs(((double)height * result.Width / width) - result.Height) <= 2;
    }

    private static string Or(string codec) => codec.Length > 0 ? codec : "none";
}
