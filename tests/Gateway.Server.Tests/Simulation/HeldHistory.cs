using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Simulation;

/// <summary>A history whose answers come when the test lets them: what it has under way is a part of the schedule.</summary>
internal sealed class HeldHistory(IHistory history) : IHistory
{
    private readonly Queue<Action> _answers = new();

    public ValueTask<HistoryHead?> OpenAsync(Room room) => Hold(history.OpenAsync(room).AsTask());

    public void Close(Room room) => history.Close(room);

    public ValueTask AppendAsync(AppendGroup group) => new(Hold(Append(history, group)).AsTask());

    public ValueTask<HistoryPage?> ReadAsync(Room room, long after, int maxCount, int maxBytes) => Hold(history.ReadAsync(room, after, maxCount, maxBytes).AsTask());

    /// <summary>Lets the oldest call be answered.</summary>
    /// <returns>False when none is under way.</returns>
    public bool Answer()
    {
        if (!_answers.TryDequeue(out var answer))
            return false;
        answer();
        return true;
    }

    private static async Task<bool> Append(IHistory history, AppendGroup group)
    {
        await history.AppendAsync(group);
        return true;
    }

    private ValueTask<T> Hold<T>(Task<T> call)
    {
        var held = new TaskCompletionSource<T>();
        _answers.Enqueue(() => held.SetResult(call.GetAwaiter().GetResult()));
        return new(held.Task);
    }
}
