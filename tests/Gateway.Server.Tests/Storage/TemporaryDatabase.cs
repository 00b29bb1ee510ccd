using Gateway.Server.Storage;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Storage;

/// <summary>A database in a directory of its own, which can be closed and opened again.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public TemporaryDatabase() => (Data, Database) = Open();

    public DataDirectory Data { get; private set; }

    public SqliteDatabase Database { get; private set; }

    /// <summary>As after the end of the process.</summary>
    public void Reopen()
    {
        Close();
        (Data, Database) = Open();
    }

    public void Close()
    {
        Database.Dispose();
        Data.Dispose();
    }

    public void Dispose()
    {
        Close();
        _scratch.Dispose();
    }

    public static IConfiguration Configuration(string directory) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Gateway:DataDirectory", (string?)directory)]).Build();

    private (DataDirectory Data, SqliteDatabase Database) Open()
    {
        var data = new DataDirectory(Configuration(Path.Combine(_scratch.Path, "data")));
        return (data, new SqliteDatabase(data, Options.Create(new SqliteOptions())));
    }
}
