using Dapper;
using Gateway.Server.Operations;
using Gateway.Server.Storage;
using Gateway.Server.Storage.Sqlite;
using Gateway.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryDatabase _temporary = new();

    private SqliteDatabase Database => _temporary.Database;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Open_of_a_new_file_has_the_newest_schema_and_the_promised_settings()
    {
        Assert.Equal(Migrations.All.Count, await Database.ReadAsync(c => c.ExecuteScalar<int>("PRAGMA user_version"), default));
        Assert.Equal("wal", await Database.WriteAsync(c => c.ExecuteScalar<string>("PRAGMA journal_mode"), default));
        Assert.Equal(1, await Database.WriteAsync(c => c.ExecuteScalar<int>("PRAGMA foreign_keys"), default));
        Assert.Equal(2, await Database.WriteAsync(c => c.ExecuteScalar<int>("PRAGMA synchronous"), default));
        Assert.Equal(5000, await Database.WriteAsync(c => c.ExecuteScalar<int>("PRAGMA busy_timeout"), default));
        Assert.Equal(5000, await Database.ReadAsync(c => c.ExecuteScalar<int>("PRAGMA busy_timeout"), default));
    }

    [Fact]
    public void Migrations_are_numbered_without_holes() =>
        Assert.Equal(Enumerable.Range(1, Migrations.All.Count), Migrations.All.Select(static migration => migration.Version));

    [Fact]
    public async Task Reopen_keeps_the_rows()
    {
        await Database.WriteAsync(c => c.Execute("INSERT INTO garbage (id) VALUES ('a')"), default);
        _temporary.Reopen();
        Assert.Equal("a", await Database.ReadAsync(c => c.ExecuteScalar<string>("SELECT id FROM garbage"), default));
    }

    [Fact]
    public void Migrate_from_each_older_version_ends_at_the_newest()
    {
        for (var from = 0; from <= Migrations.All.Count; from++)
        {
            using var connection = InMemory();
            SqliteSchema.Migrate(connection, [.. Migrations.All.Take(from)]);
            SqliteSchema.Migrate(connection, Migrations.All);
            Assert.Equal(Migrations.All.Count, connection.ExecuteScalar<int>("PRAGMA user_version"));
            Assert.Equal(0, connection.ExecuteScalar<int>("SELECT count(*) FROM jobs"));
        }
    }

    [Fact]
    public void Migrate_that_fails_leaves_the_version_before_it()
    {
        using var connection = InMemory();
        Assert.Throws<SqliteException>(() => SqliteSchema.Migrate(
            connection, [new Migration(1, "CREATE TABLE a (x)"), new Migration(2, "CREATE TABLE b (x); CREATE TABLE a (x)")]));
        Assert.Equal(1, connection.ExecuteScalar<int>("PRAGMA user_version"));
        Assert.Equal(0, connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_schema WHERE name = 'b'"));
    }

    [Fact]
    public void Migrate_of_a_newer_database_is_refused()
    {
        using var connection = InMemory();
        connection.Execute("PRAGMA user_version = 99");
        Assert.Contains("99", Assert.Throws<InvalidOperationException>(() => SqliteSchema.Migrate(connection, Migrations.All)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_that_throws_is_undone_alone_and_tells_its_caller()
    {
        using var gate = new ManualResetEventSlim();
        var first = Database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(30)), default);
        var good = Insert("good");
        var bad = Database.WriteAsync<int>(
            c =>
            {
                c.Execute("INSERT INTO garbage (id) VALUES ('bad')");
                throw new FormatException("mine");
            },
            default);
        var twice = Insert("good");
        var later = Insert("later");
        gate.Set();

        Assert.True(await first);
        Assert.Equal(1, await good);
        Assert.Equal("mine", (await Assert.ThrowsAsync<FormatException>(() => bad)).Message);
        await Assert.ThrowsAsync<SqliteException>(() => twice);
        Assert.Equal(1, await later);
        Assert.Equal(["good", "later"], await Database.ReadAsync(c => c.Query<string>("SELECT id FROM garbage ORDER BY id").ToList(), default));
    }

    [Fact]
    public async Task Read_connections_cannot_write() =>
        await Assert.ThrowsAsync<SqliteException>(() => Database.ReadAsync(c => c.Execute("INSERT INTO garbage (id) VALUES ('x')"), default));

    [Fact]
    public async Task Writes_from_many_threads_all_arrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(number => Task.Run(() => Insert("n" + number))));
        Assert.Equal(300, await Database.ReadAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM garbage"), default));
    }

    [Fact]
    public void Files_belong_to_the_server_alone()
    {
        if (OperatingSystem.IsWindows())
            return;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_temporary.Data.Path));
        foreach (var file in Directory.GetFiles(_temporary.Data.Path))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void DataDirectory_that_another_gateway_uses_is_refused()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => new DataDirectory(TemporaryDatabase.Configuration(_temporary.Data.Path)));
        Assert.Contains("in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DataDirectory_that_is_a_file_is_refused()
    {
        using var scratch = new ScratchDirectory();
        var path = Path.Combine(scratch.Path, "file");
        File.WriteAllText(path, "");
        Assert.Throws<StartRefusedException>(() => new DataDirectory(TemporaryDatabase.Configuration(path)));
    }

    private static SqliteConnection InMemory()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection;
    }

    private Task<int> Insert(string id) => Database.WriteAsync(c => c.Execute("INSERT INTO garbage (id) VALUES (@id)", new { id }), default);
}
