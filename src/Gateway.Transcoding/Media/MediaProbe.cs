using System.Buffers;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Media;

/// <summary>Asks ffprobe what a file is.</summary>
internal sealed class MediaProbe(ToolHost tools, TranscodingOptions options)
{
    // The entries asked for take about 500 bytes a stream; a file with ten thousand streams is refused here.
    private const int MaxJsonBytes = 1024 * 1024;

    private const string Entries =
        "format=format_name,duration,size,bit_rate"
        + ":stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,pix_fmt,duration,channels,sample_rate"
        + ":stream_disposition=attached_pic:stream_tags=rotate:stream_side_data=rotation";

    public async Task<ProbeOutcome> RunAsync(string path, Action<ProcessIdentity, string>? onStarted, CancellationToken cancellationToken)
    {
        var json = new ArrayBufferWriter<byte>();
        var exit = await tools.RunAsync(
            new ToolRun
            {
                Program = options.FfprobePath,
                Arguments =
                [
                    "-v", "error", "-hide_banner", "-print_format", "json=compact=1", "-show_entries", Entries,
                    .. FfmpegInput.Guards(options), "-i", "file:" + path,
                ],
                TimeLimit = options.MinTimeLimit,
                OnStarted = onStarted,
                OnOutput = piece =>
                {
                    if (json.WrittenCount + piece.Length > MaxJsonBytes)
                        return new(OutputVerdict.TooMuch);

                    json.Write(piece.Span);
                    return new(OutputVerdict.Unchanged);
                },
            },
            cancellationToken).ConfigureAwait(false);

        if (!exit.Succeeded)
            return new(null, ToolFailure.OfProbe(exit, IsoMediaSignature.Matches(path)));

        return ProbeDocument.TryParse(json.WrittenMemory) is { StreamCount: > 0 } media
            ? new(media, null)
            : new(null, JobError.Final(JobErrorCodes.InputNotMedia, "This file is not a video or audio file.", exit.Stderr));
    }
}
