namespace Gateway.Transcoding.Jobs;

/// <summary>
/// Names and weights of the stages. The weights are what a one-minute 1080p clip takes, rounded so that the short stages are still
/// seen to move: intake 1, validation 3, metadata 2, thumbnail 3, transcode 83, analytics 5, cleanup 2, notification 1.
/// </summary>
public static class JobStages
{
    private static readonly string[] Names =
        ["intake", "validation", "metadata", "thumbnail", "transcode", "analytics", "cleanup", "notification"];

    // The percent at which each stage begins; the last entry is the end of the job.
    private static readonly double[] Starts = [0, 1, 4, 6, 9, 92, 97, 99, 100];

    public static string Name(this JobStage stage) => Names[(int)stage];

    public static double StartPercent(this JobStage stage) => Starts[(int)stage];

    public static double EndPercent(this JobStage stage) => Starts[(int)stage + 1];
}
