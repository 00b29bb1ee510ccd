using Gateway.Server.Storage;

namespace Gateway.Server.Jobs;

/// <summary>
/// Where a job's files lie: <c>media/{id}/input</c> from the first byte of its upload on, <c>media/{id}/output/</c> for results. One folder, made
/// with the upload and removed with the job: no file is ever moved between states, so there is no half-moved one after a crash.
/// </summary>
internal sealed partial class MediaFolders(DataDirectory data, ILogger<MediaFolders> logger)
{
    private const string Root = "media";

    public static string InputPath(string id) => $"{Root}/{id}/input";

    public static string OutputDirectory(string id) => $"{Root}/{id}/output";

    /// <param name="stored">Relative to the data directory, as in the database; one that is absolute stays.</param>
    public string Absolute(string stored) => Path.GetFullPath(stored, data.Path);

    public string Relative(string absolute) => Path.GetRelativePath(data.Path, absolute);

    public void Create(string id) => data.Folder($"{Root}/{id}");

    /// <summary>Bytes of the upload that are here.</summary>
    public long Length(string id) => new FileInfo(Absolute(InputPath(id))) is { Exists: true } file ? file.Length : 0;

    /// <summary>False when something could not be removed (it is tried again later); a folder that is not there counts as removed.</summary>
    public bool TryDelete(string id)
    {
        try
        {
            Directory.Delete(Absolute($"{Root}/{id}"), recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogDeleteFailed(logger, exception, id);
            return false;
        }
    }

    /// <summary>Bytes an unprivileged writer may still take of the disk.</summary>
    public long FreeBytes() => new DriveInfo(data.Path).AvailableFreeSpace;

    [LoggerMessage(4050, LogLevel.Warning, "The files of {Id} could not be deleted yet")]
    private static partial void LogDeleteFailed(ILogger logger, Exception exception, string id);
}
