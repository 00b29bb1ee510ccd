using System.Globalization;
using System.Text.Json;

namespace Gateway.Demo.Media;

/// <summary>Makes a clip to upload, and looks into files.</summary>
internal static class Clips
{
    public const int TestSeconds = 12;

    /// <summary>Moving colours and a tone: 1280x720, H.264 and AAC. Long enough that its job takes some seconds on a small machine.</summary>
    public static Task MakeTestClipAsync(string path, CancellationToken cancellationToken)
    {
        var seconds = TestSeconds.ToString(CultureInfo.InvariantCulture);
        return ToolRun.RunAsync(
            "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-y",
                "-f", "lavfi", "-i", $"testsrc2=size=1280x720:rate=30:duration={seconds}",
                "-f", "lavfi", "-i", $"sine=frequency=440:sample_rate=48000:duration={seconds}",
                "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-shortest", path,
            ],
            cancellationToken);
    }

    public static async Task<ClipFacts> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        var json = await ToolRun.RunAsync(
            "ffprobe", ["-v", "error", "-print_format", "json", "-show_format", "-show_streams", path], cancellationToken).ConfigureAwait(false);
        return Read(json, new FileInfo(path).Length);
    }

    internal static ClipFacts Read(string json, long bytes)
    {
        using var document = JsonDocument.Parse(json);
        string video = "", audio = "";
        int width = 0, height = 0;
        foreach (var stream in document.RootElement.GetProperty("streams").EnumerateArray())
        {
            var codec = Text(stream, "codec_name");
            switch (Text(stream, "codec_type"))
            {
                case "video" when video.Length == 0:
                    video = codec;
                    width = stream.GetProperty("width").GetInt32();
                    height = stream.GetProperty("height").GetInt32();
                    break;
                case "audio" when audio.Length == 0:
                    audio = codec;
                    break;
            }
        }

        var format = document.RootElement.GetProperty("format");
        _ = double.TryParse(Text(format, "duration"), CultureInfo.InvariantCulture, out var duration);
        return new ClipFacts(Text(format, "format_name"), video, audio, width, height, duration, bytes);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
