namespace Gateway.Transcoding.Jobs;

public enum PresetKind
{
    Mp4,
    Webm,
    Audio,
    Gif,
}
