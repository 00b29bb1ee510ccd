using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Screens;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Running;

/// <summary>Runs the workers through the phases of a run, watches the servers meanwhile and puts everything together.</summary>
internal sealed class Coordinator(RunTerms terms, IReadOnlyList<Scenario> scenarios, IReadOnlyList<Uri> targets, IReadOnlyList<int> servers, IScreen screen) : IAsyncDisposable
{
    /// <summary>The barrier behind all inits.</summary>
    public const string Ready = "ready";

    private const long Second = 1_000_000_000;

    // From the command to the first due time: so long the workers may take to hear of it.
    private const long StartDelay = Second / 5;

    private readonly List<WorkerProcess> _workers = [];
    private readonly List<Task> _readers = [];
    private readonly SortedDictionary<int, SecondStats> _seconds = [];
    private readonly ConcurrentDictionary<string, Reading> _marks = new(StringComparer.Ordinal);
    private readonly Channel<WorkerReport> _reports = Channel.CreateBounded<WorkerReport>(1024);
    private readonly string _runId = RandomNumberGenerator.GetHexString(6, lowercase: true);
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();

    public async Task<RunStats> RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < terms.WorkerCount; i++)
        {
            var plan = new WorkerPlan(terms.Options, _runId, i, terms.WorkerCount, targets[i % targets.Count], terms.IsCluster ? 0 : i % targets.Count);
            _workers.Add(await WorkerProcess.StartAsync(plan, terms.ClientCpus));
        }

        _readers.AddRange(_workers.Select(worker => ReadAsync(worker, cancellationToken)));
        screen.Say($"Opening connections from {Words(_workers.Count, "load process", "load processes")} to {Words(targets.Count, "gateway", "gateways")}");
        while (true)
        {
            var mark = (await GatherAsync(WorkerReport.Mark, cancellationToken))[0];
            await NoteAsync(mark, cancellationToken);
            if (mark.Name == Ready)
                break;
            await TellAsync(new WorkerCommand { Do = WorkerCommand.Continue });
        }

        await TellAsync(new WorkerCommand { Do = WorkerCommand.Continue });
        var start = Stopwatch.GetTimestamp() + StartDelay;
        await TellAsync(new WorkerCommand { Do = WorkerCommand.Start, At = start });
        screen.Say(string.Join("; ", scenarios.Select(each => $"{each.Name}: {string.Join(", ", each.Simulations)}")));

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(start, watching.Token);
        var ended = await GatherAsync(WorkerReport.Ended, cancellationToken);
        screen.Say("The load is over; waiting for what is on its way");
        await TellAsync(new WorkerCommand { Do = WorkerCommand.Expect, Streams = [.. ended.SelectMany(each => each.Streams)] });
        var results = await GatherAsync(WorkerReport.Result, cancellationToken);
        await watching.CancelAsync();
        await watch;
        await TellAsync(new WorkerCommand { Do = WorkerCommand.Stop });
        return Put(start, [.. results.SelectMany(each => each.Results)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        try
        {
            await Task.WhenAll(_readers);
        }
        catch (Exception exception) when (exception is LoadTestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Said already, or of no interest any more.
        }
    }

    private static string Words(int count, string one, string many) => FormattableString.Invariant($"{count:N0} {(count == 1 ? one : many)}");

    private static List<(double At, string Name)> StagesOf(Scenario scenario)
    {
        var at = scenario.WarmUpDuration;
        var stages = new List<(double At, string Name)>();
        for (var i = 1; i < scenario.Simulations.Count; i++)
            stages.Add(((at += scenario.Simulations[i - 1].During).TotalSeconds, FormattableString.Invariant($"stage {i + 1}")));
        return stages;
    }

    private string Progress(string mark) => servers.Count == 0 ? mark : FormattableString.Invariant($"{mark}: servers {_marks[mark].ServerRssBytes / 1048576.0:0.0} MiB");

    private Reading TakeReading() => Reading.Take(servers, _workers.Select(each => each.Id));

    private async Task ReadAsync(WorkerProcess worker, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var report = await worker.ReadAsync(cancellationToken);
                await _reports.Writer.WriteAsync(report, cancellationToken);
                if (report.Type == WorkerReport.Result)
                    return;
            }
        }
        catch (Exception exception)
        {
            _reports.Writer.TryComplete(exception);
            throw;
        }
    }

    /// <summary>Takes in what comes until every worker has sent a report of this type.</summary>
    private async Task<List<WorkerReport>> GatherAsync(string type, CancellationToken cancellationToken)
    {
        var gathered = new List<WorkerReport>();
        try
        {
            while (gathered.Count < _workers.Count)
            {
                var report = await _reports.Reader.ReadAsync(cancellationToken);
                if (report.Type == WorkerReport.Tick)
                    Take(report.Ticks);
                else if (report.Type == type)
                    gathered.Add(report);
                else if (report.Type == WorkerReport.Mark)
                    await MarkLateAsync(report, cancellationToken);
                else
                    throw new InvalidDataException($"A worker said {report.Type} where {type} was due.");
            }
        }
        catch (ChannelClosedException exception) when (exception.InnerException is not null)
        {
            throw exception.InnerException is LoadTestException or OperationCanceledException
                ? exception.InnerException
                : new LoadTestException(ExitCode.RunFailed, exception.InnerException.Message, exception.InnerException);
        }

        return gathered;
    }

    /// <summary>A barrier after the load, in settled or clean: the first worker's mark has come, those of the others follow.</summary>
    private async Task MarkLateAsync(WorkerReport mark, CancellationToken cancellationToken)
    {
        for (var others = _workers.Count - 1; others > 0;)
        {
            var report = await _reports.Reader.ReadAsync(cancellationToken);
            if (report.Type == WorkerReport.Tick)
                Take(report.Ticks);
            else
                others--;
        }

        await NoteAsync(mark, cancellationToken);
        await TellAsync(new WorkerCommand { Do = WorkerCommand.Continue });
    }

    private async Task NoteAsync(WorkerReport mark, CancellationToken cancellationToken)
    {
        if (mark.CollectGarbage)
        {
            foreach (var server in servers)
                await GarbageCollection.ForceAsync(server, cancellationToken);
        }

        _marks[mark.Name] = TakeReading();
        screen.Say(Progress(mark.Name));
    }

    private async Task TellAsync(WorkerCommand command)
    {
        foreach (var worker in _workers)
            await worker.WriteAsync(command);
    }

    private void Take(IReadOnlyList<TickReport> ticks)
    {
        foreach (var tick in ticks)
        {
            var second = SecondOf(tick.Second);
            second.IsTold = true;
            second.Ok += tick.Ok;
            second.Fail += tick.Fail;
            second.Connections += tick.Connections;
            second.Iterations.Add(Measures.Histogram.FromData(tick.Iterations));
            second.Deliveries.Add(Measures.Histogram.FromData(tick.Deliveries));
        }
    }

    private SecondStats SecondOf(int second)
    {
        lock (_seconds)
        {
            if (!_seconds.TryGetValue(second, out var stats))
                _seconds.Add(second, stats = new SecondStats(second));
            return stats;
        }
    }

    /// <summary>Reads the processes' figures each second and at the edges of the window and its stages.</summary>
    private async Task WatchAsync(long start, CancellationToken cancellationToken)
    {
        var edges = new PriorityQueue<string, long>();
        foreach (var scenario in scenarios)
        {
            var at = start + (scenario.WarmUpDuration.Ticks * 100);
            edges.Enqueue($"{scenario.Name}: window start", at);
            for (var i = 0; i < scenario.Simulations.Count; i++)
                edges.Enqueue(FormattableString.Invariant($"{scenario.Name}: stage {i + 1} end"), at += scenario.Simulations[i].During.Ticks * 100);
            edges.Enqueue($"{scenario.Name}: window end", at);
        }

        var second = 0;
        try
        {
            while (true)
            {
                var tick = start + ((second + 1) * Second);
                var isEdge = edges.TryPeek(out _, out var edge) && edge <= tick;
                var wait = TimeSpan.FromTicks(((isEdge ? edge : tick) - Stopwatch.GetTimestamp()) / 100);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, cancellationToken);
                var reading = TakeReading();
                if (isEdge)
                {
                    _marks[edges.Dequeue()] = reading;
                    continue;
                }

                SecondOf(second).Reading = reading;
                screen.Show(SecondOf(Math.Max(0, second - 1)), reading);
                second++;
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over, or cancelled, which others say.
        }
    }

    private RunStats Put(long start, IReadOnlyList<ScenarioResult> results)
    {
        var all = new List<ScenarioStats>();
        foreach (var scenario in scenarios)
        {
            var stats = ScenarioStats.Merge(scenario.Name, results.Where(each => each.Scenario == scenario.Name));
            foreach (var (name, reading) in _marks.Where(each => each.Key.StartsWith(scenario.Name + ": ", StringComparison.Ordinal)))
                stats.Add(name[(scenario.Name.Length + 2)..], reading);
            stats.Add(Ready, _marks[Ready]);
            foreach (var figure in scenario.Figures?.Invoke(stats) ?? [])
                stats.Add(figure);
            all.Add(stats);
        }

        var run = new RunStats
        {
            Options = terms.Options,
            RunId = _runId,
            StartedAt = _startedAt,
            WorkerCount = _workers.Count,
            Targets = targets,
            Stages = StagesOf(scenarios[0]),
            IsServerKnown = servers.Count > 0,
            WarmUp = scenarios.Max(each => each.WarmUpDuration),
            Measured = scenarios.Max(each => each.Simulations.Aggregate(TimeSpan.Zero, static (sum, one) => sum + one.During)),
            Scenarios = all,
            Seconds = [.. _seconds.Values.Where(each => each.Second * Second < Stopwatch.GetTimestamp() - start)],
            WindowStart = all.Select(each => each.Readings["window start"]).MaxBy(each => each.Time)!,
            WindowEnd = all.Select(each => each.Readings["window end"]).MinBy(each => each.Time)!,
        };
        run.Figures = RunFigures.Of(run);
        run.Thresholds = [.. ThresholdCheck.Check(scenarios, all, terms.Thresholds)];
        return run;
    }
}
