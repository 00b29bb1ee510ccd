using System.ComponentModel;

namespace Gateway.Transcoding;

/// <summary>Every limit and choice of the worker pool. Validated at start by <see cref="TranscodingOptionsValidator"/>.</summary>
public sealed class TranscodingOptions
{
    /// <summary>The section these are bound from.</summary>
    public const string SectionName = "Gateway:Transcoding";

    /// <summary>
    /// Jobs at the same time. Default: one per two cores, at least one, because x264 and VP9 fill two cores each. More makes every job
    /// slower and, in the gateway's own process, takes CPU from its connections. 0 leases nothing (a node that only serves).
    /// </summary>
    [DefaultValue("half the cores")]
    public int Workers { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Part of each worker's id in leases and history. Default: machine name and process id. Must differ between live processes that share a queue,
    /// or nobody can tell their history apart (leases stay safe: they have ids of their own).
    /// </summary>
    [DefaultValue("machine and process id")]
    public string WorkerName { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Path or name (looked up in PATH) of ffmpeg, 4.4 or later. Whoever can change this runs programs as the gateway.</summary>
    public string FfmpegPath { get; set; } = "ffmpeg";

    /// <summary>Path or name (looked up in PATH) of ffprobe.</summary>
    public string FfprobePath { get; set; } = "ffprobe";

    /// <summary>
    /// Directory for what is not finished. At start, attempts in it whose process is dead are removed (only what their records name, so live
    /// processes may share it). Default: a directory below the system's temporary one. Put it on the file system of the outputs: a result is then
    /// renamed, else copied; it needs room for <see cref="Workers"/> results.
    /// </summary>
    [DefaultValue("below the temporary directory")]
    public string WorkDirectory { get; set; } = Path.Combine(Path.GetTempPath(), "gateway-transcoding");

    /// <summary>
    /// Bytes of an input. Default 100 MB, the product's figure for uploads. Raising it raises disk use (an output can be as large as its input)
    /// and the time a job holds a worker.
    /// </summary>
    public long MaxInputBytes { get; set; } = 100_000_000;

    /// <summary>
    /// Length of an input in media time. Default 4 h: above any recording that fits 100 MB in usable quality. A tiny file can claim days,
    /// and each hour of it is work.
    /// </summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(4);

    /// <summary>
    /// Pixels of one frame of the input. Default 7680 x 4320 (8K). A decoder holds some 16 to 30 frames of 1.5 to 4 bytes a pixel:
    /// 8K may take 2 GB per job.
    /// </summary>
    public long MaxPixels { get; set; } = 7680L * 4320;

    /// <summary>Streams in an input. Default 64: real files have up to some thirty (languages, subtitles). Each costs a parser in ffmpeg.</summary>
    public int MaxStreams { get; set; } = 64;

    /// <summary>
    /// Free bytes the disk of <see cref="WorkDirectory"/> must have, beside the size of the input, before a job starts. Default 256 MiB. Lower,
    /// and a job fails half-way instead of at its start; the databases of the gateway may share that disk.
    /// </summary>
    public long MinFreeDiskBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// A run of ffmpeg may take this many times the media's length, but at least <see cref="MinTimeLimit"/>. Default 10: two slow cores encode 1080p
    /// at 0.5 to 1 of playback speed, ten leaves room for neighbours. Higher lets a hostile file hold a worker longer.
    /// </summary>
    public double TimeLimitFactor { get; set; } = 10;

    /// <summary>The least time limit of a run of ffmpeg, and the limit of ffprobe. Default 2 min: short clips on a busy machine.</summary>
    public TimeSpan MinTimeLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Without a new frame, byte or second of media for this long, ffmpeg is stopped. Default 30 s: the pauses of a working ffmpeg
    /// (seeking, moving the index to the front) take seconds. Too low kills good jobs on a starved machine.
    /// </summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often ffmpeg writes its progress. Default 500 ms; less costs CPU, more makes the first report late.</summary>
    public TimeSpan FfmpegProgressPeriod { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The least time between two reports of one job to <see cref="Progress.ITranscodeProgress"/> (stages report at once). Default 1 s: users are promised
    /// one every 2 s. Zero passes every reading on.
    /// </summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a job waits for one call of the progress sink. Default 5 s. Longer lets a dead sink slow every job.</summary>
    public TimeSpan ProgressTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Threads for ffmpeg's decoder, filters and encoder each. Default 2, which with one worker per two cores fills the machine. 0 lets ffmpeg choose
    /// (one per core), which multiplies by <see cref="Workers"/>; memory grows with it too.
    /// </summary>
    public int ThreadsPerJob { get; set; } = 2;

    /// <summary>
    /// Nice value of ffmpeg, 0 to 19. Default 10: the gateway's connections go first. 0 lets encoding delay live messages. Uses <c>nice</c>
    /// of coreutils; where that is missing it is ignored with a warning.
    /// </summary>
    public int Niceness { get; set; } = 10;

    /// <summary>
    /// Have the kernel end ffmpeg when this process dies, even by SIGKILL (Linux, through <c>setpriv --pdeathsig</c> of util-linux). Default true.
    /// Without it an orphan encodes on until the next start sweeps it.
    /// </summary>
    public bool EndWithHost { get; set; } = true;

    /// <summary>Bytes kept of the end of ffmpeg's error output, per run. Default 8 KiB: some sixty lines. It may reach the job's row in the database.</summary>
    public int StderrBytes { get; set; } = 8 * 1024;

    /// <summary>
    /// How long ffmpeg may take to end by itself after SIGTERM before its process tree is killed. Default 3 s. Longer delays cancel and shutdown.
    /// </summary>
    public TimeSpan KillGrace { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a lease lives without a heartbeat; heartbeats go out at a third of it. Default 30 s: that long a job waits after its worker died.
    /// Too short, and a pause of the machine makes two workers do the same job (safe, but wasted).
    /// </summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest a free worker goes without asking the queue. Default 2 s; it only matters for queues that cannot wake it.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Attempts of one job, deaths of workers included. Default 3. More lets an input that kills its worker do so more often.
    /// </summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Wait before the second attempt; doubles with each one after, with up to half of it added by chance. Default 5 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most a retry waits. Default 5 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Length of the GIF of the <c>gif</c> preset. Default 10 s: a GIF of 480 pixels takes about 0.5 MB a second.</summary>
    public TimeSpan MaxGifLength { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// ffmpeg demuxers that may read an upload. Playlists and scripts (hls, dash, concat, image2, lavfi …) must stay out: they open other files
    /// of the server and put their content into the video.
    /// </summary>
    public IList<string> AllowedFormats { get; } = [.. DefaultAllowedFormats];

    internal static IReadOnlyList<string> DefaultAllowedFormats { get; } =
    [
        "mov", "matroska", "webm", "avi", "asf", "flv", "live_flv", "mpeg", "mpegts", "mpegvideo", "ogg", "mxf", "nut", "ivf", "dv", "gif", "rm", "wtv",
        "h264", "hevc", "m4v", "av1", "obu", "yuv4mpegpipe", "wav", "w64", "mp3", "aac", "flac", "aiff", "caf", "amr", "ac3", "eac3", "dts", "au",
        "opus", "wv", "ape", "tta",
    ];
}
