namespace Gateway.Client.Tests.Fakes;

/// <summary>Reads a room from beginning to end, with pauses, and checks what it read against what was stored.</summary>
internal sealed class RoomReader
{
    private readonly List<RoomMessage> _messages = [];
    private Task _pause = Task.CompletedTask;
    private readonly Task _reading;
    private long _reached;

    public RoomReader(RoomSubscription room)
    {
        Room = room.Room;
        _reading = ReadAsync(room);
    }

    public string Room { get; }

    /// <summary>The offset of the last message read.</summary>
    public long Reached => _reading.IsFaulted ? throw _reading.Exception : Interlocked.Read(ref _reached);

    /// <summary>Reads nothing while other things take this many turns.</summary>
    public async Task PauseAsync(int turns)
    {
        var pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _pause, pause.Task);
        for (var i = 0; i < turns; i++)
            await Task.Yield();
        pause.SetResult();
    }

    public void Check(List<string> stored, bool isLossAllowed, int seed)
    {
        var expected = 1L;
        foreach (var message in _messages)
        {
            if (message.GapBefore is { } gap)
            {
                Assert.True(isLossAllowed, $"seed {seed}: {gap} although the history holds everything.");
                Assert.Equal((expected - 1, gap.To.Offset - gap.From.Offset), (gap.From.Offset, gap.LostCount));
                expected = gap.To.Offset + 1;
            }

            Assert.True(message.Position.Offset == expected, $"seed {seed}: {Room} gave {message.Position.Offset} where {expected} was due.");
            Assert.Equal(stored[(int)expected - 1], message.Read<string>());
            expected++;
        }

        Assert.Equal(stored.Count + 1, expected);
    }

    private async Task ReadAsync(RoomSubscription room)
    {
        await foreach (var message in room.ReadAllAsync())
        {
            await Volatile.Read(ref _pause);
            _messages.Add(message);
            Interlocked.Exchange(ref _reached, message.Position.Offset);
        }
    }
}
