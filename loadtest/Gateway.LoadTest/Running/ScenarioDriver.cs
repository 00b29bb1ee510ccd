namespace Gateway.LoadTest.Running;

/// <summary>Starts one worker's share of a scenario's iterations when they are due and notes how they ended.</summary>
/// <remarks>
/// Free of coordinated omission: in an open loop due times come from the schedule alone, an iteration that is started late, because the
/// server stalls or too many are under way, is timed from when it was due.
/// </remarks>
internal sealed class ScenarioDriver(Scenario scenario, LoadSchedule schedule, ScenarioInitContext init)
{
    // Bounds memory when a server stalls; beyond it iterations wait, and their latency grows by it.
    private const int MaxInFlight = 10_000;

    private const long MinIteration = 1_000_000;

    private readonly IPacer _pacer = init.Pacer;
    private int _inFlight;
    private TaskCompletionSource? _freed;
    private TaskCompletionSource? _ended;

    /// <summary>From the start of the warm-up to the end of the last simulation.</summary>
    public TimeSpan Length => schedule.End;

    /// <summary>Iterations that have not ended.</summary>
    public int InFlight => _inFlight;

    /// <summary>Runs the load to its end; what is in flight then is waited for with <see cref="FinishAsync"/>.</summary>
    /// <param name="start">When the warm-up begins.</param>
    public Task RunAsync(long start)
    {
        init.Window.Begin(start + Nanoseconds(schedule.WarmUp));
        var running = new List<Task> { InjectAsync(start), StagesAsync() };
        for (var copy = init.WorkerIndex; copy < schedule.MaxCopies; copy += init.WorkerCount)
            running.Add(CopyAsync(copy, start));
        return Task.WhenAll(running);
    }

    /// <summary>Completes when nothing is in flight.</summary>
    public Task FinishAsync()
    {
        if (_inFlight == 0)
            return Task.CompletedTask;
        _ended ??= new TaskCompletionSource();
        return _ended.Task;
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;

    private async Task InjectAsync(long start)
    {
        var number = 0L;
        foreach (var at in schedule.Injections())
        {
            if (number++ % init.WorkerCount != init.WorkerIndex)
                continue;
            var due = start + Nanoseconds(at);
            await _pacer.WaitUntil(due);
            while (_inFlight >= MaxInFlight)
            {
                _freed ??= new TaskCompletionSource();
                await _freed.Task;
            }

            _ = IterateAsync(new ScenarioContext(init, number - 1, 0, due));
        }

        await _pacer.WaitUntil(start + Nanoseconds(schedule.End));
    }

    private async Task CopyAsync(int copy, long start)
    {
        var number = 0L;
        foreach (var (from, to) in schedule.Activity(copy))
        {
            await _pacer.WaitUntil(start + Nanoseconds(from));
            var end = start + Nanoseconds(to);
            for (var now = _pacer.Now; now < end; now = _pacer.Now)
            {
                var iteration = IterateAsync(new ScenarioContext(init, number++, copy, now));
                // A step that fails without waiting for anything must not keep the event loop to itself.
                if (iteration.IsCompleted)
                    await _pacer.WaitUntil(_pacer.Now + MinIteration);
                await iteration;
            }
        }
    }

    private async Task StagesAsync()
    {
        if (scenario.StageStarted is not { } started)
            return;
        var at = init.Window.Start;
        var begun = new List<Task>();
        for (var stage = 0; stage < scenario.Simulations.Count; stage++)
        {
            await _pacer.WaitUntil(at);
            begun.Add(started(init, stage));
            at += Nanoseconds(scenario.Simulations[stage].During);
        }

        await Task.WhenAll(begun);
    }

    private async Task IterateAsync(ScenarioContext context)
    {
        _inFlight++;
        var response = await Attempt.RunAsync(() => scenario.Run(context));
        init.Steps.AddIteration(response, context.Due, _pacer.Now);
        _inFlight--;
        if (_freed is { } freed)
        {
            _freed = null;
            freed.SetResult();
        }

        if (_inFlight == 0)
            _ended?.TrySetResult();
    }
}
