using Gateway.Server.Operations;

namespace Gateway.Server.Storage;

/// <summary>
/// Where the server keeps what must survive it: database, signing key, uploads and results (<c>Gateway:DataDirectory</c>). Nobody but the
/// server's user may read it: it holds the key that signs tokens. One process at a time, held by a lock on a file in it.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;
    private const string LockFile = "gateway.lock";
    private readonly FileStream _lock;

    /// <exception cref="StartRefusedException">The directory cannot be used, or another process uses it.</exception>
    public DataDirectory(IConfiguration configuration)
    {
        Path = Locate(configuration);
        try
        {
            Create(Path);
            _lock = Lock(File(LockFile));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartRefusedException($"the data directory {Path} cannot be written: {exception.Message}");
        }
        catch (IOException exception)
        {
            throw new StartRefusedException(
                $"the data directory {Path} is in use by another gateway, or is no directory ({exception.Message}). Stop the other one, or set Gateway:DataDirectory.");
        }
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Where it is, without making or holding it.</summary>
    public static string Locate(IConfiguration configuration) =>
        System.IO.Path.GetFullPath(configuration["Gateway:DataDirectory"] is { Length: > 0 } configured ? configured : "data");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A directory inside, made when missing.</summary>
    public string Folder(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Create(path);
        return path;
    }

    public void Dispose() => _lock.Dispose();

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, PrivateDirectory);
    }

    private static FileStream Lock(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile;
        return new FileStream(path, options);
    }
}
