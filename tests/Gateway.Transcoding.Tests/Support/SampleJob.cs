using Gateway.Transcoding.Jobs;

namespace Gateway.Transcoding.Tests.Support;

internal static class SampleJob
{
    /// <summary>A job for tests that never touch its files.</summary>
    public static TranscodeJob Named(string id) => new()
    {
        Id = id,
        InputPath = "/nowhere/in",
        OutputDirectory = "/nowhere/out",
        OriginalFileName = "clip.mp4",
        Preset = JobPreset.Mp4720p,
    };
}
