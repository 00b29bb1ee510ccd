using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Api;

/// <summary>Lets a caller outside the lanes await one answer about a room.</summary>
internal sealed class RoomQuestion : IHistoryReader, IRosterReader
{
    // Asynchronous continuations: the lane that answers must not run the caller's code.
    private readonly TaskCompletionSource<HistoryPage?> _page = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<byte[]?> _roster = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A page of the room's history, which the caller releases; null: unavailable.</summary>
    public static Task<HistoryPage?> ReadAsync(RoomSet rooms, string room, RoomKind kind, long after, int maxCount, int maxBytes)
    {
        var question = new RoomQuestion();
        rooms.DirectoryOf(room).Send(RoomDirectory.ReadCode, new NamedRead(room, kind, new HistoryRead(question, state: null, after, maxCount, maxBytes) { IsUncut = true }));
        return question._page.Task;
    }

    /// <summary>The <c>roster</c> frame of the room; null: its owner does not answer.</summary>
    public static Task<byte[]?> RosterAsync(RoomSet rooms, string room, IReadOnlyList<string>? users)
    {
        var question = new RoomQuestion();
        rooms.DirectoryOf(room).Send(RoomDirectory.RosterCode, new RosterQuery(question, 0, users, room));
        return question._roster.Task;
    }

    public void OnHistoryRead(HistoryRead read) => _page.SetResult(read.Page);

    public void OnRoster(RosterQuery query) => _roster.SetResult(query.IsPartial ? null : query.Frame);
}
