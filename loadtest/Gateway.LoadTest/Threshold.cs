using Gateway.LoadTest.Reports;

namespace Gateway.LoadTest;

/// <summary>Something that must hold of the results of a scenario.</summary>
public sealed class Threshold
{
    private Threshold(string sentence, Func<ScenarioStats, bool> holds)
    {
        Sentence = sentence;
        Holds = holds;
    }

    internal string Sentence { get; }

    internal Func<ScenarioStats, bool> Holds { get; }

    /// <summary>Makes a threshold.</summary>
    /// <param name="sentence">What must hold, for people: "p99 of deliveries below 100 ms".</param>
    /// <param name="holds">Whether it does.</param>
    public static Threshold Create(string sentence, Func<ScenarioStats, bool> holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sentence);
        ArgumentNullException.ThrowIfNull(holds);
        return new Threshold(sentence, holds);
    }
}
