using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>A write that waits for the writer's thread.</summary>
internal interface IPendingWrite
{
    /// <summary>Runs inside a savepoint of the group's transaction. An exception undoes this write alone.</summary>
    void Run(SqliteConnection connection);

    /// <summary>Its own exception; kept until the group's end.</summary>
    void Fail(Exception exception);

    /// <summary>After the commit: tells the caller the outcome of <see cref="Run"/> or the failure set before.</summary>
    void Finish();
}
