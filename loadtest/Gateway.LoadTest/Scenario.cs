using Gateway.LoadTest.Reports;

namespace Gateway.LoadTest;

/// <summary>A named load: what one iteration does, and how many of them are started when.</summary>
/// <remarks>
/// All methods run on the worker's event loop: <c>await</c> as you like, but do not block; wrap what blocks in <c>Task.Run</c>. Each
/// worker process has a scenario of its own and does its share of the iterations.
/// </remarks>
public sealed class Scenario
{
    private Scenario(string name, Func<ScenarioContext, Task<Response>> run)
    {
        Name = name;
        Run = run;
    }

    /// <summary>What it is called in the report.</summary>
    public string Name { get; }

    internal Func<ScenarioContext, Task<Response>> Run { get; }

    internal Func<ScenarioInitContext, Task>? Init { get; private set; }

    internal Func<ScenarioInitContext, int, Task>? StageStarted { get; private set; }

    internal Func<ScenarioInitContext, Task>? Settled { get; private set; }

    internal Func<ScenarioInitContext, Task>? Clean { get; private set; }

    internal Func<ScenarioStats, IEnumerable<Figure>>? Figures { get; private set; }

    internal LoadOptions? Options { get; private set; }

    internal TimeSpan WarmUpDuration { get; private set; } = TimeSpan.FromSeconds(2);

    internal IReadOnlyList<LoadSimulation> Simulations { get; private set; } = [Simulation.KeepConstant(1, TimeSpan.FromSeconds(10))];

    internal IReadOnlyList<Threshold> Thresholds { get; private set; } = [];

    /// <summary>Makes a scenario: one copy that iterates for 10 seconds, unless told otherwise.</summary>
    public static Scenario Create(string name, Func<ScenarioContext, Task<Response>> run)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(run);
        return new Scenario(name, run);
    }

    /// <summary>Runs once in each worker before the load: the place to open connections. What it throws ends the run.</summary>
    public Scenario WithInit(Func<ScenarioInitContext, Task> init)
    {
        Init = init;
        return this;
    }

    /// <summary>Runs in each worker when a load simulation begins; gets its index. The load does not wait for it.</summary>
    public Scenario WithStageStarted(Func<ScenarioInitContext, int, Task> started)
    {
        StageStarted = started;
        return this;
    }

    /// <summary>Runs in each worker when the load is over, before the messages still on their way are waited for.</summary>
    public Scenario WithSettled(Func<ScenarioInitContext, Task> settled)
    {
        Settled = settled;
        return this;
    }

    /// <summary>Runs once in each worker after everything.</summary>
    public Scenario WithClean(Func<ScenarioInitContext, Task> clean)
    {
        Clean = clean;
        return this;
    }

    /// <summary>What this scenario's contexts and connections go by instead of the run's options: for scenarios that run beside others.</summary>
    public Scenario WithOptions(LoadOptions options)
    {
        Options = options;
        return this;
    }

    /// <summary>Load like that of the first simulation that goes before it and is not measured. 2 seconds by default.</summary>
    public Scenario WithWarmUpDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        WarmUpDuration = duration;
        return this;
    }

    /// <summary>No warm-up.</summary>
    public Scenario WithoutWarmUp() => WithWarmUpDuration(TimeSpan.Zero);

    /// <summary>The load, stage after stage.</summary>
    public Scenario WithLoadSimulations(params LoadSimulation[] simulations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(simulations.Length);
        Simulations = simulations;
        return this;
    }

    /// <summary>Makes further numbers for the report from the results; thresholds may look at them.</summary>
    public Scenario WithFigures(Func<ScenarioStats, IEnumerable<Figure>> figures)
    {
        Figures = figures;
        return this;
    }

    /// <summary>What must hold at the end, or the exit code is 1.</summary>
    public Scenario WithThresholds(params Threshold[] thresholds)
    {
        Thresholds = thresholds;
        return this;
    }
}
