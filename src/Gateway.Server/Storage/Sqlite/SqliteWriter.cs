using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>
/// The one connection that writes, on a thread of its own: SQLite allows one writer, and its calls block. Writes that wait share a
/// transaction (one fsync for all); each is undone alone when it fails, and nobody hears of success before the commit.
/// </summary>
/// <remarks>The queue is bounded; who comes when it is full waits. Disposing runs what was queued, then ends the thread.</remarks>
internal sealed class SqliteWriter : IDisposable
{
    private readonly Channel<IPendingWrite> _queue;
    private readonly SqliteConnection _connection;
    private readonly Thread _thread;
    private readonly int _maxGrouped;

    public SqliteWriter(SqliteConnection connection, int maxQueued, int maxGrouped)
    {
        _connection = connection;
        _maxGrouped = maxGrouped;
        _queue = Channel.CreateBounded<IPendingWrite>(new BoundedChannelOptions(maxQueued) { SingleReader = true });
        _thread = new Thread(Run) { Name = "sqlite-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>A transaction was undone as a whole, with the connection to see what there is now. On the writer's thread, before its writes hear of it.</summary>
    public event Action<SqliteConnection>? RolledBack;

    /// <param name="work">Runs on the writer's thread; must not await, and touches the database only through its argument.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue; a write once queued runs.</param>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException("The database is closed.", exception);
        }

        return await write.Outcome.ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_queue.Writer.TryComplete())
            _thread.Join();
    }

    private void Run()
    {
        var group = new List<IPendingWrite>(_maxGrouped);
        var reader = _queue.Reader;

        // The thread is ours to block: it has nothing else to do.
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < _maxGrouped && reader.TryRead(out var write))
                group.Add(write);

            RunGroup(group);
            group.Clear();
        }

        _connection.Dispose();
    }

    private void RunGroup(List<IPendingWrite> group)
    {
        try
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var write in group)
                RunOne(write);

            Execute("COMMIT");
        }
        catch (SqliteException exception)
        {
            TryRollback();
            foreach (var write in group)
                write.Fail(exception);
            TellRolledBack();
        }

        foreach (var write in group)
            write.Finish();
    }

    private void RunOne(IPendingWrite write)
    {
        Execute("SAVEPOINT one");
        try
        {
            write.Run(_connection);
            Execute("RELEASE one");
        }
        catch (Exception exception)
        {
            // Whatever the caller's code threw is the caller's; the others of the group go on. Where SQLite itself ended the transaction
            // (disk full, I/O error), ROLLBACK TO fails and with it the whole group, as it must.
            write.Fail(exception);
            Execute("ROLLBACK TO one; RELEASE one");
        }
    }

    private void TryRollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // There was no transaction left: BEGIN failed, or SQLite rolled back by itself.
        }
    }

    private void TellRolledBack()
    {
        try
        {
            RolledBack?.Invoke(_connection);
        }
        catch (SqliteException)
        {
            // What cannot be read now is read again with the next write that succeeds.
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
