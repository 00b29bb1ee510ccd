using System.Globalization;

namespace Gateway.Transcoding.Media;

/// <summary>
/// An input file for ffmpeg or ffprobe. The path stands behind <c>-i</c> and begins with <c>file:</c>, so no name can be taken for an option
/// or a URL; only the protocols file and pipe and the allowed demuxers may be used, so no content can make ffmpeg open something else.
/// </summary>
internal sealed record FfmpegInput(string Path)
{
    public TimeSpan? StartAt { get; init; }

    public TimeSpan? Length { get; init; }

    /// <summary>Decode nothing that is no key frame: fast, for a thumbnail of a long file.</summary>
    public bool KeyFramesOnly { get; init; }

    public IEnumerable<string> Arguments(TranscodingOptions options) =>
    [
        .. Guards(options),
        "-threads", options.ThreadsPerJob.ToString(CultureInfo.InvariantCulture),
        .. KeyFramesOnly ? ["-skip_frame", "nokey"] : Array.Empty<string>(),
        .. StartAt is { } start ? ["-ss", Seconds(start)] : Array.Empty<string>(),
        .. Length is { } length ? ["-t", Seconds(length)] : Array.Empty<string>(),
        "-i", "file:" + Path,
    ];

    public static IEnumerable<string> Guards(TranscodingOptions options) =>
        ["-protocol_whitelist", "file,pipe", "-format_whitelist", string.Join(',', options.AllowedFormats)];

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
