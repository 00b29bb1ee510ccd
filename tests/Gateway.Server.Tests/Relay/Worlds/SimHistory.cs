using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>A node's way to the <see cref="SimStore"/>: slow, and with faults of every kind.</summary>
internal sealed class SimHistory(SimStore store, SimEvents events, Random random) : IHistory
{
    /// <summary>Of a hundred calls so many go wrong in some way.</summary>
    public int FaultPercent { get; set; }

    /// <summary>In milliseconds, for each direction.</summary>
    public int MaxDelay { get; set; } = 3;

    /// <summary>The node is cut off from its store for good.</summary>
    public bool IsCut { get; set; }

    public ValueTask<HistoryHead?> OpenAsync(Room room)
    {
        var (name, epoch, head) = (room.Name, room.Epoch, room.GivenHead);
        return Call<HistoryHead?>(() => store.Open(name, epoch, head), null);
    }

    public void Close(Room room)
    {
    }

    public ValueTask<HistoryPage?> ReadAsync(Room room, long after, int maxCount, int maxBytes)
    {
        var (name, number) = (room.Name, room.Number);
        return Call<HistoryPage?>(() => store.Read(name, number, after, maxCount), null);
    }

    public ValueTask AppendAsync(AppendGroup group)
    {
        var entries = new List<(string, long, long, UInt128, byte[])>();
        foreach (ref var entry in group.Entries)
            entries.Add((entry.Room.Name, entry.Room.Epoch, entry.Room.Head, entry.Publication.IdempotencyKey, entry.Publication.Message.EntryBody.ToArray()));
        var (shard, leaseEpoch) = (group.Shard, group.LeaseEpoch);
        var call = Call<long[]?>(() => store.Append(shard, leaseEpoch, entries) ?? [], null);
        if (call.IsCompletedSuccessfully)
        {
            Fill(group, call.Result);
            return ValueTask.CompletedTask;
        }

        return new ValueTask(FillAsync(group, call.AsTask()));
    }

    private static async Task FillAsync(AppendGroup group, Task<long[]?> call) => Fill(group, await call.ConfigureAwait(false));

    private static void Fill(AppendGroup group, long[]? offsets)
    {
        group.IsFenced = offsets is { Length: 0 };
        for (var i = 0; i < group.Count; i++)
        {
            ref var entry = ref group.Entries[i];
            (entry.Epoch, entry.Offset) = (entry.Room.Epoch, 0);
            if (offsets is null)
                entry.Status = AppendStatus.Unavailable;
            else if (offsets.Length == 0)
                entry.Status = AppendStatus.Fenced;
            else
                (entry.Status, entry.Offset) = (offsets[i] > 0 ? AppendStatus.Stored : offsets[i] < 0 ? AppendStatus.Duplicate : AppendStatus.Behind, Math.Abs(offsets[i]));
        }
    }

    private ValueTask<T> Call<T>(Func<T> execute, T unavailable)
    {
        var kind = random.Next(100) < FaultPercent ? random.Next(1, 4) : 0;
        if (kind == 0 && !store.IsDown && !IsCut && random.Next(4) == 0)
            return new(execute());
        var source = new TaskCompletionSource<T>();
        var there = random.Next(MaxDelay + 1);
        var back = random.Next(MaxDelay + 1);
        var lossCount = store.LossCount;
        switch (kind)
        {
            case 0:
                events.In(there, () =>
                {
                    var answer = store.IsDown || IsCut ? unavailable : execute();
                    events.In(back, () => source.SetResult(answer));
                });
                break;
            case 1:
                // Not done.
                events.In(there + back, () => source.SetResult(unavailable));
                break;
            case 2:
                // Done, but nobody hears of it.
                events.In(there, () => Forget(execute, lossCount));
                events.In(there + back, () => source.SetResult(unavailable));
                break;
            default:
                // Given up on, and done later.
                events.In(there, () => source.SetResult(unavailable));
                events.In(there + back + random.Next(200), () => Forget(execute, lossCount));
                break;
        }

        return new(source.Task);
    }

    // What was given up on is not sent again: when the store has lost something since, its connection was to one that is gone.
    private void Forget<T>(Func<T> execute, int lossCount)
    {
        if (!store.IsDown && !IsCut && store.LossCount == lossCount && execute() is HistoryPage page)
            page.Release();
    }
}
