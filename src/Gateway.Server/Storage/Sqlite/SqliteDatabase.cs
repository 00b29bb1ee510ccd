using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>
/// The database file: opened and brought to the newest schema on construction, so that a server that cannot use it does not start.
/// Many readers (a pool, each call one connection), one writer.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly string _readConnectionString;
    private readonly SqliteWriter _writer;
    private readonly SemaphoreSlim _readers;
    private readonly int _busyMilliseconds;

    public SqliteDatabase(DataDirectory data, IOptions<SqliteOptions> options)
        : this(data.File(options.Value.FileName), options.Value)
    {
    }

    /// <param name="path">Of the file, which is made when missing; other processes of this machine may have it open too.</param>
    /// <param name="settings">Those of the built-in database.</param>
    public SqliteDatabase(string path, SqliteOptions settings)
    {
        Path = path;
        _busyMilliseconds = (int)settings.BusyTimeout.TotalMilliseconds;
        CreateFile(Path);

        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        try
        {
            connection.Open();
            // FULL: an acknowledged job or terminal event survives a power cut. Grouped writes share its fsync.
            connection.Execute(
                $"PRAGMA busy_timeout = {_busyMilliseconds}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
            SqliteSchema.Migrate(connection, Migrations.All);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        _readConnectionString =
            new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();
        _readers = new SemaphoreSlim(settings.MaxReaders);
        _writer = new SqliteWriter(connection, settings.MaxQueuedWrites, settings.MaxGroupedWrites);
    }

    /// <inheritdoc cref="SqliteWriter.RolledBack"/>
    public event Action<SqliteConnection>? RolledBack
    {
        add => _writer.RolledBack += value;
        remove => _writer.RolledBack -= value;
    }

    public string Path { get; }

    /// <summary>Runs <paramref name="work"/> in a transaction; complete when it is committed. What it throws, this throws, and nothing is written.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        _writer.WriteAsync(work, cancellationToken);

    /// <summary>Runs <paramref name="work"/> on the thread pool, because SQLite blocks and callers may be lanes. One statement sees one state.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>The same on the caller's thread: for the start, where nothing else waits.</summary>
    public T Read<T>(Func<SqliteConnection, T> work)
    {
        using var connection = new SqliteConnection(_readConnectionString);
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = {_busyMilliseconds}");
        return work(connection);
    }

    public void Dispose()
    {
        _writer.Dispose();
        using var connection = new SqliteConnection(_readConnectionString);
        SqliteConnection.ClearPool(connection);
        _readers.Dispose();
    }

    /// <summary>Before SQLite makes it with whatever umask there is; the -wal and -shm files take over its mode.</summary>
    private static void CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = DataDirectory.PrivateFile;

        using var file = new FileStream(path, options);
    }
}
