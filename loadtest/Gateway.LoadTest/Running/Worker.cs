using System.Threading.Channels;
using Gateway.LoadTest.Clients;

namespace Gateway.LoadTest.Running;

/// <summary>One load process: does its share of every scenario, as the coordinator says on standard input.</summary>
internal sealed class Worker(WorkerPlan plan, IReadOnlyList<Scenario> scenarios, Reactor reactor, ChannelReader<WorkerCommand> commands, TextWriter output)
{
    private const long Second = 1_000_000_000;

    private readonly List<(Scenario Scenario, ScenarioInitContext Context, ScenarioDriver Driver)> _running = [];

    /// <summary>The process's main: reads the plan, runs it on a reactor, ends with the coordinator's stop or its death.</summary>
    public static async Task<int> RunProcessAsync(Func<LoadOptions, IReadOnlyList<Scenario>> scenariosOf)
    {
        var input = Console.In;
        var line = await input.ReadLineAsync() ?? throw new LoadTestException(ExitCode.BadArguments, "worker is for this program's own use: it reads its plan from standard input.");
        var plan = Lines.Read<WorkerPlan>(line);
        var commands = Channel.CreateBounded<WorkerCommand>(16);
        _ = Task.Run(async () =>
        {
            while (await input.ReadLineAsync() is { } next)
                await commands.Writer.WriteAsync(Lines.Read<WorkerCommand>(next));

            // The coordinator has gone: nobody waits for results, and load without an end must not go on.
            Environment.Exit((int)ExitCode.Cancelled);
        });
        var output = Console.Out;
        try
        {
            using var reactor = new Reactor();
            reactor.Run(() => new Worker(plan, scenariosOf(plan.Options), reactor, commands.Reader, output).RunAsync());
            return 0;
        }
#pragma warning disable CA1031 // Whatever it is, the coordinator has to hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await output.WriteLineAsync(Lines.Write(new WorkerReport
            {
                Type = WorkerReport.Failed,
                Name = exception is LoadTestException ? exception.Message : exception.ToString(),
            }));
            return (int)ExitCode.RunFailed;
        }
    }

    public async Task RunAsync()
    {
        foreach (var scenario in scenarios)
        {
            var context = new ScenarioInitContext(scenario, plan, reactor, reactor, (name, collect) => MarkAsync($"{scenario.Name}: {name}", collect));
            var schedule = new LoadSchedule(scenario.WarmUpDuration, scenario.Simulations);
            _running.Add((scenario, context, new ScenarioDriver(scenario, schedule, context)));
            if (scenario.Init is { } init)
                await init(context);
        }

        await MarkAsync(Coordinator.Ready, collectGarbage: false);
        var start = (await NextAsync(WorkerCommand.Start)).At;
        var load = RunLoadAsync(start);

        // A server that hangs must not hang the run: what is in flight when the load is over gets as long as messages on their way.
        var last = _running.Max(each => (each.Driver.Length + each.Context.Options.Drain).Ticks * 100) + start;
        var second = 0;
        while (!load.IsCompleted && reactor.Now < last)
        {
            await Task.WhenAny(load, reactor.WaitUntil(start + ((second + 1) * Second)).AsTask());
            if (load.IsCompleted)
                break;

            // A process that was held up has no seconds to tell of in between: a gap says so better than zeros would.
            second = (int)((reactor.Now - start) / Second);
            Tick(second - 1);
        }

        if (load.IsCompleted)
            await load;
        var unfinished = _running.Select(each => each.Driver.InFlight).ToArray();
        foreach (var (scenario, context, _) in _running)
        {
            if (scenario.Settled is { } settled)
                await settled(context);
        }

        Write(new WorkerReport { Type = WorkerReport.Ended, Streams = [.. _running.SelectMany(each => each.Context.Fleet.Ends())] });
        var expected = (await NextAsync(WorkerCommand.Expect)).Streams;
        foreach (var (_, context, _) in _running)
            await context.Fleet.DrainAsync(expected);
        foreach (var (scenario, context, _) in _running)
        {
            if (scenario.Clean is { } clean)
                await clean(context);
        }

        Tick(second);
        Write(new WorkerReport { Type = WorkerReport.Result, Results = [.. _running.Select((each, i) => ScenarioResult.Of(each.Context, unfinished[i]))] });
        await NextAsync(WorkerCommand.Stop);
        foreach (var (_, context, _) in _running)
            context.Fleet.CutAll();
    }

    private async Task RunLoadAsync(long start)
    {
        await Task.WhenAll(_running.Select(each => each.Driver.RunAsync(start)));
        await Task.WhenAll(_running.Select(each => each.Driver.FinishAsync()));
    }

    private async Task MarkAsync(string name, bool collectGarbage)
    {
        Write(new WorkerReport { Type = WorkerReport.Mark, Name = name, CollectGarbage = collectGarbage });
        await NextAsync(WorkerCommand.Continue);
    }

    private async Task<WorkerCommand> NextAsync(string wanted)
    {
        var command = await commands.ReadAsync();
        return command.Do == wanted ? command : throw new InvalidDataException($"The coordinator said {command.Do} where {wanted} was due.");
    }

    private void Tick(int second)
    {
        var ticks = new List<TickReport>();
        foreach (var (scenario, context, _) in _running)
        {
            var steps = context.Steps.Recent;
            var deliveries = new Measures.Histogram();
            foreach (var log in context.Fleet.Logs.Values)
            {
                deliveries.Add(log.Recent);
                log.Recent.Clear();
            }

            ticks.Add(new TickReport(scenario.Name, second, steps.Ok, steps.Fail, steps.Latency.ToData(), deliveries.ToData(), context.Fleet.StandingCount));
            steps.Clear();
        }

        Write(new WorkerReport { Type = WorkerReport.Tick, Ticks = ticks });
    }

    private void Write(WorkerReport report)
    {
        output.WriteLine(Lines.Write(report));
        output.Flush();
    }
}
