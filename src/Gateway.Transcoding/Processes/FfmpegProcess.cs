using System.Globalization;
using Gateway.Transcoding.Media;

namespace Gateway.Transcoding.Processes;

/// <summary>A run of ffmpeg on one input and one output, with its progress.</summary>
internal sealed class FfmpegProcess(ToolHost tools, TranscodingOptions options)
{
    /// <param name="input">What to read and how.</param>
    /// <param name="outputArguments">Options of the output and, last, its place.</param>
    /// <param name="mediaLength">For the time limit.</param>
    /// <param name="onProgress">Called for the newest reading of each piece that arrives; the tool waits for it.</param>
    /// <param name="onStarted">Is told of the process.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public Task<ToolExit> RunAsync(
        FfmpegInput input,
        IReadOnlyList<string> outputArguments,
        TimeSpan mediaLength,
        Func<FfmpegProgress, ValueTask> onProgress,
        Action<ProcessIdentity, string>? onStarted,
        CancellationToken cancellationToken)
    {
        var parser = new ProgressParser();
        var best = default(FfmpegProgress);
        return tools.RunAsync(
            new ToolRun
            {
                Program = options.FfmpegPath,
                Arguments = [.. GlobalArguments(), .. input.Arguments(options), .. outputArguments],
                TimeLimit = TimeLimit(mediaLength),
                StallTimeout = options.StallTimeout,
                OnStarted = onStarted,
                OnOutput = OnOutputAsync,
            },
            cancellationToken);

        async ValueTask<OutputVerdict> OnOutputAsync(ReadOnlyMemory<byte> piece)
        {
            if (ReadNewest(parser, piece.Span) is not { } newest)
                return OutputVerdict.Unchanged;

            var advanced = newest.HasAdvancedFrom(best);
            if (advanced)
                best = newest;

            await onProgress(newest).ConfigureAwait(false);
            return advanced ? OutputVerdict.Advanced : OutputVerdict.Unchanged;
        }
    }

    private static FfmpegProgress? ReadNewest(ProgressParser parser, ReadOnlySpan<byte> piece)
    {
        FfmpegProgress? newest = null;
        while (parser.TryRead(ref piece, out var progress))
            newest = progress;

        return newest;
    }

    private TimeSpan TimeLimit(TimeSpan mediaLength)
    {
        var scaled = mediaLength * options.TimeLimitFactor;
        return scaled > options.MinTimeLimit ? scaled : options.MinTimeLimit;
    }

    // -stats_period: ffmpeg 4.4 and later.
    private string[] GlobalArguments() =>
    [
        "-nostdin", "-hide_banner", "-nostats", "-loglevel", "warning", "-y",
        "-progress", "pipe:1", "-stats_period", options.FfmpegProgressPeriod.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
    ];
}
