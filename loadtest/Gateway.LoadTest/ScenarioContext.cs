namespace Gateway.LoadTest;

/// <summary>What an iteration knows of itself.</summary>
public sealed class ScenarioContext
{
    internal ScenarioContext(ScenarioInitContext init, long invocationNumber, int instanceNumber, long due)
    {
        Init = init;
        InvocationNumber = invocationNumber;
        InstanceNumber = instanceNumber;
        Due = due;
    }

    /// <summary>What the worker's init knew.</summary>
    public ScenarioInitContext Init { get; }

    /// <summary>Counts the iterations of the scenario, over all workers in an open loop, of the copy in a closed one.</summary>
    public long InvocationNumber { get; }

    /// <summary>The copy in a closed loop, over all workers; 0 in an open loop.</summary>
    public int InstanceNumber { get; }

    /// <summary>When the schedule wanted this iteration to start, in nanoseconds of CLOCK_MONOTONIC. Latencies count from here.</summary>
    public long Due { get; }
}
