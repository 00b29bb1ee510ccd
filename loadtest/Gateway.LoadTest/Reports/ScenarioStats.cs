using Gateway.LoadTest.Clients;
using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Running;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Reports;

/// <summary>The results of a scenario over all workers: what thresholds look at.</summary>
public sealed class ScenarioStats
{
    private readonly Dictionary<string, StepStats> _steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeliveryStats> _deliveries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Histogram> _measures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Reading> _readings = new(StringComparer.Ordinal);
    private readonly List<Figure> _figures = [];

    private ScenarioStats(string name) => Name = name;

    /// <summary>The scenario.</summary>
    public string Name { get; }

    /// <summary>Connections that were asked for.</summary>
    public int Wanted { get; private set; }

    /// <summary>Connections that came to be.</summary>
    public int Ready { get; private set; }

    /// <summary>Connections that stood at the end.</summary>
    public int Standing { get; private set; }

    /// <summary>Iterations that had not ended when the wait for them was over.</summary>
    public int Unfinished { get; private set; }

    /// <summary>Iterations as a whole, timed from when they were due.</summary>
    public StepStats Iterations => Step(StepLog.Iteration);

    /// <summary>Steps by name, the iteration among them.</summary>
    public IReadOnlyDictionary<string, StepStats> Steps => _steps;

    /// <summary>Deliveries by the name of the group of members.</summary>
    public IReadOnlyDictionary<string, DeliveryStats> Deliveries => _deliveries;

    /// <summary>What the scenario measured beside that.</summary>
    public IReadOnlyDictionary<string, Histogram> Measures => _measures;

    /// <summary>What it counted.</summary>
    public IReadOnlyDictionary<string, double> Counters => _counters;

    /// <summary>Why connections failed or ended.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>What servers and clients had used at the scenario's marks, and at <c>window start</c>, <c>stage 1 end</c>, …, <c>window end</c>.</summary>
    public IReadOnlyDictionary<string, Reading> Readings => _readings;

    /// <summary>Numbers made from all this.</summary>
    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>Everything that was lost, in all groups.</summary>
    public long Lost => _deliveries.Values.Sum(static each => each.Lost);

    /// <summary>Everything that arrived twice.</summary>
    public long Duplicates => _deliveries.Values.Sum(static each => each.Duplicates);

    /// <summary>Everything that arrived out of order.</summary>
    public long Reordered => _deliveries.Values.Sum(static each => each.Reordered);

    /// <summary>What all groups received in the window; in scenarios without rooms, iterations that ended well.</summary>
    public long Delivered => _deliveries.Count > 0 ? _deliveries.Values.Sum(static each => each.InWindow) : Iterations.Ok;

    /// <summary>A step; empty when there was none of this name.</summary>
    public StepStats Step(string name) => _steps.GetValueOrDefault(name) ?? new StepStats();

    /// <summary>A group's deliveries; empty when there was none of this name.</summary>
    public DeliveryStats Delivery(string name = Fleet.Deliveries) => _deliveries.GetValueOrDefault(name) ?? new DeliveryStats();

    /// <summary>A measure; empty when there was none of this name.</summary>
    public Histogram Measure(string name) => _measures.GetValueOrDefault(name) ?? new Histogram();

    /// <summary>A counter; 0 when nothing was counted.</summary>
    public double Counter(string name) => _counters.GetValueOrDefault(name);

    /// <summary>A figure; null when it could not be made, such as memory without a server's process id.</summary>
    public double? Figure(string name) => _figures.Find(each => each.Name == name)?.Value;

    internal static ScenarioStats Merge(string name, IEnumerable<ScenarioResult> results)
    {
        var stats = new ScenarioStats(name);
        foreach (var result in results)
            stats.Add(result);
        return stats;
    }

    internal void Add(string name, Reading reading) => _readings[name] = reading;

    internal void Add(Figure figure) => _figures.Add(figure);

    private static T Get<T>(Dictionary<string, T> all, string name)
        where T : new()
    {
        if (!all.TryGetValue(name, out var one))
            all.Add(name, one = new T());
        return one;
    }

    private static void Sum(Dictionary<string, long> sums, IReadOnlyDictionary<string, long> more)
    {
        foreach (var (name, count) in more)
            sums[name] = sums.GetValueOrDefault(name) + count;
    }

    private void Add(ScenarioResult result)
    {
        Wanted += result.Wanted;
        Ready += result.Ready;
        Standing += result.Standing;
        Unfinished += result.Unfinished;
        Sum(_failures, result.Failures);
        foreach (var (name, amount) in result.Counters)
            _counters[name] = _counters.GetValueOrDefault(name) + amount;
        foreach (var (name, data) in result.Measures)
            Get(_measures, name).Add(Histogram.FromData(data));
        foreach (var (name, step) in result.Steps)
        {
            var sum = Get(_steps, name);
            sum.Ok += step.Ok;
            sum.Fail += step.Fail;
            sum.Latency.Add(Histogram.FromData(step.Latency));
            Sum(sum.Codes, step.Codes);
            foreach (var (code, message) in step.Messages)
                sum.Messages.TryAdd(code, message);
        }

        foreach (var (name, delivery) in result.Deliveries)
        {
            var sum = Get(_deliveries, name);
            sum.Total += delivery.Total;
            sum.InWindow += delivery.InWindow;
            sum.ByStage = [.. delivery.ByStage.Select((count, stage) => count + sum.ByStage.ElementAtOrDefault(stage))];
            sum.Expected += delivery.Expected;
            sum.Lost += delivery.Missing;
            sum.Duplicates += delivery.Duplicates;
            sum.Reordered += delivery.Reordered;
            sum.SaidLost += delivery.SaidLost;
            sum.Latency.Add(Histogram.FromData(delivery.Latency));
        }
    }
}
