using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Tests.Support;

/// <summary>Time that goes on only when everything waits for it, and then straight to the next thing that is due.</summary>
internal sealed class FakePacer : IPacer
{
    private readonly PriorityQueue<TaskCompletionSource, (long Time, int Order)> _waiting = new();
    private int _order;

    public long Now { get; private set; }

    /// <summary>As if the whole process had been held up: nothing runs between these times, whatever is due.</summary>
    public (long From, long To) Standstill { get; init; } = (long.MaxValue, long.MaxValue);

    public ValueTask WaitUntil(long time)
    {
        if (time <= Now)
            return ValueTask.CompletedTask;
        var waiter = new TaskCompletionSource();
        _waiting.Enqueue(waiter, (time, _order++));
        return new ValueTask(waiter.Task);
    }

    /// <summary>Goes on until the task has ended. Continuations run inside, on this thread.</summary>
    public void RunToEnd(Task task)
    {
        while (!task.IsCompleted && _waiting.TryDequeue(out var next, out var due))
        {
            Now = Math.Max(Now, due.Time >= Standstill.From && due.Time < Standstill.To ? Standstill.To : due.Time);
            next.SetResult();
        }

        Assert.True(task.IsCompleted, "Everything waits, and for nothing that time would bring.");
        task.GetAwaiter().GetResult();
    }
}
