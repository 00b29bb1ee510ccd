namespace Gateway.LoadTest;

/// <summary>What a load simulation does.</summary>
public enum SimulationKind
{
    /// <summary>Nothing is started.</summary>
    Pause,

    /// <summary>Closed loop: a number of copies, each of which starts its next iteration when the last has ended.</summary>
    KeepConstant,

    /// <summary>Closed loop: from the copies of the simulation before, or none, to a number of them.</summary>
    RampingConstant,

    /// <summary>Open loop: iterations start at a rate, whether or not earlier ones have ended.</summary>
    Inject,

    /// <summary>Open loop: from the rate of the simulation before, or none, to a rate.</summary>
    RampingInject,
}
