using System.Diagnostics.CodeAnalysis;

namespace Gateway.Transcoding.Jobs;

/// <summary>
/// What a job makes. The names are stored in databases and sent by clients: add new ones, never change the meaning of an old one.
/// A picture is fitted into the box with its long side along the box's long side, so a portrait clip in <c>mp4-720p</c>
/// becomes at most 720 wide and 1280 high; it is never made larger than it was.
/// </summary>
public sealed class JobPreset
{
    public static readonly JobPreset Mp41080p = new("mp4-1080p", PresetKind.Mp4, "mp4", "video/mp4", 1920, 1080);
    public static readonly JobPreset Mp4720p = new("mp4-720p", PresetKind.Mp4, "mp4", "video/mp4", 1280, 720);
    public static readonly JobPreset Mp4480p = new("mp4-480p", PresetKind.Mp4, "mp4", "video/mp4", 854, 480);

    // VP9 in software: 720p is what two cores still encode at about the speed of playback.
    public static readonly JobPreset Webm = new("webm", PresetKind.Webm, "webm", "video/webm", 1280, 720);
    public static readonly JobPreset Audio = new("audio", PresetKind.Audio, "m4a", "audio/mp4", 0, 0);
    public static readonly JobPreset Gif = new("gif", PresetKind.Gif, "gif", "image/gif", 480, 480);

    private JobPreset(string name, PresetKind kind, string fileExtension, string contentType, int longSide, int shortSide)
    {
        Name = name;
        Kind = kind;
        FileExtension = fileExtension;
        ContentType = contentType;
        MaxLongSide = longSide;
        MaxShortSide = shortSide;
    }

    public static IReadOnlyList<JobPreset> All { get; } = [Mp41080p, Mp4720p, Mp4480p, Webm, Audio, Gif];

    public string Name { get; }

    public PresetKind Kind { get; }

    /// <summary>Without a dot.</summary>
    public string FileExtension { get; }

    public string ContentType { get; }

    /// <summary>Pixels; 0 where the preset has no picture.</summary>
    public int MaxLongSide { get; }

    /// <summary>Pixels; 0 where the preset has no picture.</summary>
    public int MaxShortSide { get; }

    public bool HasPicture => Kind != PresetKind.Audio;

    public static bool TryParse(string? name, [NotNullWhen(true)] out JobPreset? preset)
    {
        preset = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return preset is not null;
    }

    public override string ToString() => Name;
}
