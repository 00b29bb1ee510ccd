using System.Globalization;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Stages;

/// <summary>What one attempt knows so far. Each stage may rely on what the stages before it have set.</summary>
/// <remarks>Owned by the attempt, no concurrency.</remarks>
internal sealed class JobContext(
    LeasedJob lease, TranscodingOptions options, ToolHost tools, ProgressReporter progress, TimeProvider time, ILogger log) : IDisposable
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly List<(OutputKind Kind, string FileName, string ContentType)> _made = [];

    public LeasedJob Lease => lease;

    public TranscodeJob Job => lease.Job;

    public TranscodingOptions Options => options;

    public ILogger Log => log;

    public ProgressReporter Progress => progress;

    /// <summary>Facts of the current stage, for the history.</summary>
    public Dictionary<string, string> Facts { get; } = new(StringComparer.Ordinal);

    /// <summary>Set by intake.</summary>
    public AttemptDirectory? Work { get; set; }

    /// <summary>Set by intake.</summary>
    public long InputBytes { get; set; }

    /// <summary>Set by validation, completed by metadata.</summary>
    public MediaInfo? Input { get; set; }

    /// <summary>Set by metadata: how much of the input is converted, the job's own cut applied.</summary>
    public TimeSpan Length { get; set; }

    /// <summary>Set by analytics.</summary>
    public MediaInfo? Output { get; set; }

    /// <summary>Set by analytics.</summary>
    public JobAnalytics? Analytics { get; set; }

    /// <summary>Set by cleanup: where the result lies now.</summary>
    public string? PublishedDirectory { get; set; }

    public TimeSpan Elapsed => time.GetElapsedTime(_startedAt);

    public FfmpegInput Source => new(Job.InputPath) { StartAt = Job.Options.StartAt, Length = Job.Options.Length };

    /// <summary>The main output while it is being made.</summary>
    public string MainPath => PathOf(MainFileName);

    private string MainFileName => (Job.Preset.Kind == PresetKind.Audio ? "audio." : Job.Preset.Kind == PresetKind.Gif ? "clip." : "video.") + Job.Preset.FileExtension;

    public void Fact(string name, object? value)
    {
        if (value is not null)
            Facts[name] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
    }

    public string PathOf(string fileName) => Path.Combine(Work!.ResultDirectory, fileName);

    public void AddMain() => _made.Add((OutputKind.Main, MainFileName, Job.Preset.ContentType));

    public void Add(OutputKind kind, string fileName, string contentType) => _made.Add((kind, fileName, contentType));

    /// <summary>Runs ffmpeg on <paramref name="input"/>, with its place in the stage reported.</summary>
    public Task<ToolExit> RunFfmpegAsync(
        FfmpegInput input, IReadOnlyList<string> outputArguments, TimeSpan length, Func<FfmpegProgress, ValueTask> onProgress, CancellationToken cancellationToken) =>
        new FfmpegProcess(tools, options).RunAsync(input, outputArguments, length, onProgress, Work!.RecordChild, cancellationToken);

    public Task<ProbeOutcome> ProbeAsync(string path, CancellationToken cancellationToken) =>
        new MediaProbe(tools, options).RunAsync(path, Work!.RecordChild, cancellationToken);

    public JobResult Result() => new()
    {
        Outputs =
        [
            .. _made.Select(made =>
            {
                var path = Path.Combine(PublishedDirectory!, made.FileName);
                return new JobOutput(made.Kind, path, new FileInfo(path).Length, made.ContentType);
            }),
        ],
        Input = Input!,
        Output = Output!,
        Analytics = Analytics!,
    };

    public void Dispose() => Work?.Dispose();
}
