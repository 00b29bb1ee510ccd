using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Jobs;

/// <summary>Uploads, jobs and their files, <c>Gateway:Jobs</c>.</summary>
internal sealed class JobsOptions : IValidatableObject
{
    public const string SectionName = "Gateway:Jobs";

    /// <summary>
    /// Bytes of an upload. Default 100 MB, the product's figure. Higher takes disk (a result may be as large again) and time of the workers;
    /// <c>Gateway:Transcoding:MaxInputBytes</c> follows it unless set.
    /// </summary>
    [Range(1, long.MaxValue / 4)]
    public long MaxUploadBytes { get; set; } = 100_000_000;

    /// <summary>Uploads a user may have under way, abandoned ones included until they expire. Default 8: a page sends a few at once.</summary>
    [Range(1, 10_000)]
    public int MaxUploadsPerUser { get; set; } = 8;

    /// <summary>
    /// Bytes a user may keep: uploads, inputs and results. Default 5 GB, fifty uploads of the largest size. Without a bound one user fills the disk.
    /// </summary>
    [Range(1, long.MaxValue / 4)]
    public long MaxStoredBytesPerUser { get; set; } = 5_000_000_000;

    /// <summary>Jobs that wait; beyond, 503 with Retry-After. Default 10,000: ten minutes' worth of the 1,000 a minute that are promised.</summary>
    [Range(1, 10_000_000)]
    public int MaxQueuedJobs { get; set; } = 10_000;

    /// <summary>
    /// Bytes that must stay free on the disk after an upload of the announced size; else 507. Default 256 MiB: the database lives on the same disk
    /// and cannot go on without any.
    /// </summary>
    [Range(0, long.MaxValue / 4)]
    public long MinFreeDiskBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Silence after which an unfinished upload is removed. Default 24 h: who lost the line in the evening goes on in the morning.</summary>
    public TimeSpan UploadExpiry { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often expired uploads and left-over files are looked for. Default 5 min.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Bytes per second an upload must keep up, after the first ten seconds. Default 240, Kestrel's own. A stalled sender holds its upload's
    /// lock until then; 0 lets it hold it for ever.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public double MinUploadBytesPerSecond { get; set; } = 240;

    /// <summary>File name extensions that are accepted, without a dot. Default: those of the formats that the workers read.</summary>
    public IList<string> Extensions { get; } = [];

    /// <summary>
    /// Life of the signed download links in a job's JSON. Default 1 h: a film that is paused goes on. Whoever has a link has the file, so longer
    /// lets a leaked one work longer.
    /// </summary>
    public TimeSpan DownloadLinkLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The least time between two progress events (and writes of the row) of a job; a change of stage goes out at once. Default 2 s, the
    /// product's figure. Shorter writes the database more.
    /// </summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether users may fetch results with a signed link. Default true. Off, every download needs the Authorization header, and browsers cannot play results.</summary>
    public bool DownloadLinks { get; set; } = true;

    internal static IReadOnlyList<string> DefaultExtensions { get; } =
    [
        "mp4", "m4v", "mov", "qt", "3gp", "3g2", "mkv", "mka", "webm", "avi", "wmv", "wma", "asf", "flv", "mpg", "mpeg", "m2v", "vob", "ts", "m2ts", "mts",
        "ogv", "ogg", "oga", "opus", "mxf", "gif", "wav", "mp3", "m4a", "aac", "flac", "aif", "aiff", "caf", "amr",
    ];

    /// <summary>Case does not matter, neither does a leading dot.</summary>
    public bool Accepts(string extension) =>
        (Extensions.Count == 0 ? DefaultExtensions : (IEnumerable<string>)Extensions)
            .Any(each => string.Equals(each.TrimStart('.'), extension, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UploadExpiry < TimeSpan.FromMinutes(1))
            yield return new("must be at least 1 minute.", [nameof(UploadExpiry)]);
        if (SweepInterval < TimeSpan.FromSeconds(1))
            yield return new("must be at least 1 second.", [nameof(SweepInterval)]);
        if (DownloadLinkLifetime < TimeSpan.FromSeconds(10) || DownloadLinkLifetime > TimeSpan.FromDays(7))
            yield return new("must be between 10 seconds and 7 days.", [nameof(DownloadLinkLifetime)]);
        if (ProgressInterval < TimeSpan.Zero || ProgressInterval > TimeSpan.FromMinutes(1))
            yield return new("must be between 0 and 1 minute.", [nameof(ProgressInterval)]);
        if (MaxStoredBytesPerUser < MaxUploadBytes)
            yield return new("must not be less than MaxUploadBytes, or nobody can upload a file of that size.", [nameof(MaxStoredBytesPerUser)]);
    }
}
