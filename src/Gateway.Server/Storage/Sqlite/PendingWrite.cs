using Microsoft.Data.Sqlite;

namespace Gateway.Server.Storage.Sqlite;

/// <inheritdoc cref="IPendingWrite"/>
internal sealed class PendingWrite<T>(Func<SqliteConnection, T> work) : IPendingWrite
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;
    private Exception? _failure;

    public Task<T> Outcome => _outcome.Task;

    public void Run(SqliteConnection connection) => _value = work(connection);

    public void Fail(Exception exception) => _failure ??= exception;

    public void Finish()
    {
        if (_failure is not null)
            _outcome.TrySetException(_failure);
        else
            _outcome.TrySetResult(_value!);
    }
}
