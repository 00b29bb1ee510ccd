using System.Globalization;
using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Media;

/// <summary>
/// What ffmpeg is to write, for each preset. Pure. Titles, chapters and places (phones write GPS positions) are not copied: what users share
/// should not tell where they live. Rotation is applied by ffmpeg itself, so the result needs none.
/// </summary>
internal static class OutputArguments
{
    // Above this, frames cost CPU that few displays show.
    private const int MaxFramesPerSecond = 60;
    private const int GifFramesPerSecond = 10;
    private const int ThumbnailLongSide = 640;
    private const int PreviewLongSide = 320;
    private const int PreviewFramesPerSecond = 8;

    public static IReadOnlyList<string> For(JobPreset preset, MediaInfo media, int threads, string path) => preset.Kind switch
    {
        PresetKind.Mp4 =>
        [
            .. Picture(preset, media.Video!), .. Sound(media.Audio),
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high",
            "-c:a", "aac", "-b:a", "128k", "-ac", "2",
            .. Threads(threads), .. NoMetadata, "-movflags", "+faststart", "-f", "mp4", File(path),
        ],

        // Constant quality with a ceiling; realtime with speed 8 is what keeps VP9 near playback speed on two cores.
        PresetKind.Webm =>
        [
            .. Picture(preset, media.Video!), .. Sound(media.Audio),
            "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-tile-columns", "2", "-crf", "33", "-b:v", "2500k", "-g", "240",
            "-c:a", "libopus", "-b:a", "96k", "-ac", "2",
            .. Threads(threads), .. NoMetadata, "-f", "webm", File(path),
        ],
        PresetKind.Audio =>
        [
            "-vn", .. Sound(media.Audio), "-c:a", "aac", "-b:a", "160k", "-ac", "2",
            .. Threads(threads), .. NoMetadata, "-movflags", "+faststart", "-f", "ipod", File(path),
        ],
        PresetKind.Gif => Gif(media.Video!, preset.MaxLongSide, GifFramesPerSecond, threads, path),
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset.Name, "A preset without arguments."),
    };

    public static IReadOnlyList<string> Preview(VideoStream video, int threads, string path) =>
        Gif(video, PreviewLongSide, PreviewFramesPerSecond, threads, path);

    public static IReadOnlyList<string> Thumbnail(VideoStream video, int threads, string path) =>
    [
        "-map", Map(video.Index), "-an", "-sn", "-dn", "-frames:v", "1",
        "-vf", Scale(video, ThumbnailLongSide, ThumbnailLongSide) + ",format=yuvj420p", "-c:v", "mjpeg", "-q:v", "4",
        .. Threads(threads), .. NoMetadata, "-f", "image2", "-update", "1", File(path),
    ];

    /// <summary>Reads a whole file and writes nothing, to learn how long it is.</summary>
    public static IReadOnlyList<string> Measure(MediaInfo media) =>
        ["-map", Map(media.Video?.Index ?? media.Audio!.Index), "-c", "copy", "-f", "null", "-"];

    private static readonly string[] NoMetadata = ["-map_metadata", "-1", "-map_chapters", "-1"];

    private static string[] Picture(JobPreset preset, VideoStream video) =>
    [
        "-map", Map(video.Index), "-sn", "-dn", "-fpsmax", Text(MaxFramesPerSecond),
        "-vf", Scale(video, preset.MaxLongSide, preset.MaxShortSide) + ",format=yuv420p",
    ];

    private static string[] Sound(AudioStream? audio) => audio is null ? ["-an"] : ["-map", Map(audio.Index)];

    // One pass for the palette and the frames: split keeps the decoded clip in memory, which its length and size bound.
    private static string[] Gif(VideoStream video, int longSide, int framesPerSecond, int threads, string path) =>
    [
        "-filter_complex",
        $"[0:{Text(video.Index)}]fps={Text(framesPerSecond)},{Scale(video, longSide, longSide)},split[a][b];"
            + "[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle",
        "-an", "-sn", "-dn", .. Threads(threads), .. NoMetadata, "-loop", "0", "-f", "gif", File(path),
    ];

    private static string Scale(VideoStream video, int longSide, int shortSide)
    {
        var size = new FrameSize(video.Width, video.Height).FitInto(longSide, shortSide);
        return $"scale={Text(size.Width)}:{Text(size.Height)}:flags=bicubic,setsar=1";
    }

    private static string[] Threads(int threads) => ["-threads", Text(threads)];

    private static string Map(int index) => "0:" + Text(index);

    private static string File(string path) => "file:" + path;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
