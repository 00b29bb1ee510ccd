using System.Globalization;
using System.Text.Json;

namespace Gateway.Transcoding.Media;

/// <summary>Reads ffprobe's JSON. Pure; what is missing or odd becomes null or zero, because files of the world are odd.</summary>
internal static class ProbeDocument
{
    /// <summary>Null when it is no JSON object with a format in it.</summary>
    public static MediaInfo? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || Text(format, "format_name") is not { } name)
                return null;

            JsonElement[] streams = root.TryGetProperty("streams", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
            return new MediaInfo
            {
                Format = name,
                SizeBytes = (long)(Number(format, "size") ?? 0),
                Duration = Seconds(format, "duration"),
                BitsPerSecond = (long?)Number(format, "bit_rate"),
                StreamCount = streams.Length,
                Video = streams.Where(IsMovingPicture).Select(Video).FirstOrDefault(),
                Audio = streams.Where(static stream => Text(stream, "codec_type") == "audio" && Text(stream, "codec_name") is not null)
                    .Select(Audio).FirstOrDefault(),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Cover art of music files is a video stream with one frame.
    private static bool IsMovingPicture(JsonElement stream) =>
        Text(stream, "codec_type") == "video" && Text(stream, "codec_name") is not null
        && Number(stream, "width") > 0 && Number(stream, "height") > 0
        && !(stream.TryGetProperty("disposition", out var disposition) && Number(disposition, "attached_pic") == 1);

    private static VideoStream Video(JsonElement stream)
    {
        var width = Dimension(stream, "width");
        var height = Dimension(stream, "height");
        var rotation = Rotation(stream);
        var squareWidth = (int)Math.Clamp(Math.Round(width * (Ratio(Text(stream, "sample_aspect_ratio"), ':') ?? 1)), 1, 1_000_000);
        var isTurned = rotation is 90 or 270;
        return new VideoStream
        {
            Index = (int)(Number(stream, "index") ?? 0),
            Codec = Text(stream, "codec_name")!,
            CodedWidth = width,
            CodedHeight = height,
            RotationDegrees = rotation,
            Width = isTurned ? height : squareWidth,
            Height = isTurned ? squareWidth : height,
            FramesPerSecond = Ratio(Text(stream, "avg_frame_rate"), '/') ?? Ratio(Text(stream, "r_frame_rate"), '/'),
            PixelFormat = Text(stream, "pix_fmt"),
            Duration = Seconds(stream, "duration"),
        };
    }

    private static AudioStream Audio(JsonElement stream) => new()
    {
        Index = (int)(Number(stream, "index") ?? 0),
        Codec = Text(stream, "codec_name")!,
        Channels = (int)(Number(stream, "channels") ?? 0),
        SampleRate = (int)(Number(stream, "sample_rate") ?? 0),
        Duration = Seconds(stream, "duration"),
    };

    /// <summary>Side data counts counter-clockwise (the display matrix), the older tag clockwise; both to the nearest quarter turn.</summary>
    private static int Rotation(JsonElement stream)
    {
        if (stream.TryGetProperty("side_data_list", out var sideData) && sideData.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in sideData.EnumerateArray())
            {
                if (Number(entry, "rotation") is { } counterClockwise)
                    return QuarterTurns(-counterClockwise);
            }
        }

        return stream.TryGetProperty("tags", out var tags) && Number(tags, "rotate") is { } clockwise ? QuarterTurns(clockwise) : 0;
    }

    private static int QuarterTurns(double degrees) => (((int)Math.Round(Math.IEEERemainder(degrees, 360) / 90) % 4) + 4) % 4 * 90;

    private static int Dimension(JsonElement stream, string name) => (int)Math.Clamp(Number(stream, name) ?? 0, 1, 1_000_000);

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>ffprobe writes most numbers as strings.</summary>
    private static double? Number(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value))
            return null;

        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => null,
        };
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && Math.Abs(number) < 1e15
            ? number
            : null;
    }

    // 1e9 seconds is thirty years: beyond it a file lies, and TimeSpan's range is safe.
    private static TimeSpan? Seconds(JsonElement element, string name) =>
        Number(element, name) is > 0 and < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Ratio(string? text, char separator)
    {
        var parts = text?.Split(separator);
        return parts is [var left, var right]
            && double.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var above)
            && double.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var below)
            && above > 0 && below > 0
            ? above / below
            : null;
    }
}
