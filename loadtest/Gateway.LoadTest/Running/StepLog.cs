using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Running;

/// <summary>How the iterations and steps of a scenario ended in one worker.</summary>
internal sealed class StepLog(string scenario, Window window)
{
    /// <summary>The line of the whole iteration.</summary>
    public const string Iteration = "iteration";

    private readonly Dictionary<string, StepTally> _steps = new(StringComparer.Ordinal) { [Iteration] = new StepTally() };

    public string Scenario => scenario;

    public IReadOnlyDictionary<string, StepTally> Steps => _steps;

    /// <summary>Since the last tick.</summary>
    public StepTally Recent { get; } = new();

    public void AddIteration(Response response, long due, long now)
    {
        Recent.Add(response, now - due);
        Add(Iteration, response, due, now);
    }

    public void Add(string name, Response response, long start, long now)
    {
        if (!window.Contains(start))
            return;
        if (!_steps.TryGetValue(name, out var tally))
            _steps.Add(name, tally = new StepTally());
        tally.Add(response, now - start);
    }
}
