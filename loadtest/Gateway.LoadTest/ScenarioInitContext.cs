using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest;

/// <summary>What a scenario has in one worker: its options, its connections, its measures.</summary>
public sealed class ScenarioInitContext
{
    private readonly Func<string, bool, Task> _barrier;
    private readonly Dictionary<string, Histogram> _measures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _counters = new(StringComparer.Ordinal);

    internal ScenarioInitContext(Scenario scenario, WorkerPlan plan, Reactor reactor, IPacer pacer, Func<string, bool, Task> barrier)
    {
        plan = plan with { Options = scenario.Options ?? plan.Options };
        Plan = plan;
        Options = plan.Options;
        Pacer = pacer;
        _barrier = barrier;
        Window = new Window([.. scenario.Simulations.Select(each => each.During)]);
        Steps = new StepLog(scenario.Name, Window);
        Fleet = new Fleet(scenario.Name, plan, reactor, this);
    }

    /// <summary>The options of the run.</summary>
    public LoadOptions Options { get; }

    /// <summary>Which of the workers this is, from 0.</summary>
    public int WorkerIndex => Plan.Index;

    /// <summary>How many workers there are.</summary>
    public int WorkerCount => Plan.Count;

    /// <summary>The gateway that this worker loads, as <c>http://host:port</c>.</summary>
    public Uri Target => Plan.Target;

    /// <summary>The connections.</summary>
    public Fleet Fleet { get; }

    /// <summary>Nanoseconds of CLOCK_MONOTONIC.</summary>
    public long Now => Pacer.Now;

    internal WorkerPlan Plan { get; }

    internal IPacer Pacer { get; }

    internal Window Window { get; }

    internal StepLog Steps { get; }

    internal IReadOnlyDictionary<string, Histogram> Measures => _measures;

    internal IReadOnlyDictionary<string, double> Counters => _counters;

    /// <summary>The histogram of this name, in nanoseconds; made at the first call. It is merged over all workers and shown in the report.</summary>
    public Histogram Measure(string name)
    {
        if (!_measures.TryGetValue(name, out var histogram))
            _measures.Add(name, histogram = new Histogram());
        return histogram;
    }

    /// <summary>Adds to the counter of this name; summed over all workers and shown in the report.</summary>
    public void Count(string name, double amount = 1) => _counters[name] = _counters.GetValueOrDefault(name) + amount;

    /// <summary>Waits until this time.</summary>
    public ValueTask WaitUntil(long time) => Pacer.WaitUntil(time);

    /// <summary>Waits for a while.</summary>
    public ValueTask Delay(TimeSpan time) => Pacer.WaitUntil(Pacer.Now + (time.Ticks * 100));

    /// <summary>
    /// Waits until every worker is here, and has the memory and CPU of the servers noted under this name. For init, settled and clean.
    /// </summary>
    /// <param name="name">The name in the results' readings.</param>
    /// <param name="collectGarbage">Whether servers of .NET collect their garbage before; those that cannot be made to are read as they are.</param>
    public Task MarkAsync(string name, bool collectGarbage = false) => _barrier(name, collectGarbage);
}
