using Gateway.Transcoding.Media;

namespace Gateway.Transcoding.Jobs;

/// <summary>What a successful job made. All paths lie in one directory below <see cref="TranscodeJob.OutputDirectory"/>.</summary>
public sealed record JobResult
{
    public required IReadOnlyList<JobOutput> Outputs { get; init; }

    public required MediaInfo Input { get; init; }

    /// <summary>ffprobe's view of the main output.</summary>
    public required MediaInfo Output { get; init; }

    public required JobAnalytics Analytics { get; init; }

    public JobOutput Main => Outputs.First(static output => output.Kind == OutputKind.Main);

    public JobOutput? Thumbnail => Outputs.FirstOrDefault(static output => output.Kind == OutputKind.Thumbnail);

    public JobOutput? Preview => Outputs.FirstOrDefault(static output => output.Kind == OutputKind.Preview);
}
