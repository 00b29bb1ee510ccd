namespace Gateway.Transcoding.Jobs;

public enum OutputKind
{
    /// <summary>What the preset makes; every result has exactly one.</summary>
    Main,

    Thumbnail,

    Preview,
}
