namespace Gateway.LoadTest;

/// <summary>Load simulations, by the names that NBomber gives them. Amounts are those of all worker processes together.</summary>
public static class Simulation
{
    /// <summary>Closed loop: a number of copies, each of which starts its next iteration when the last has ended.</summary>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => Create(SimulationKind.KeepConstant, copies, TimeSpan.Zero, during);

    /// <summary>Closed loop: goes evenly from the copies of the simulation before (0 at first) to this number.</summary>
    public static LoadSimulation RampingConstant(int copies, TimeSpan during) => Create(SimulationKind.RampingConstant, copies, TimeSpan.Zero, during);

    /// <summary>Open loop: starts so many iterations each interval, evenly spread, whether or not earlier ones have ended.</summary>
    public static LoadSimulation Inject(double rate, TimeSpan interval, TimeSpan during) => Create(SimulationKind.Inject, rate, Positive(interval), during);

    /// <summary>Open loop: goes evenly from the rate of the simulation before (0 at first) to this one.</summary>
    public static LoadSimulation RampingInject(double rate, TimeSpan interval, TimeSpan during) => Create(SimulationKind.RampingInject, rate, Positive(interval), during);

    /// <summary>Starts nothing for a while.</summary>
    public static LoadSimulation Pause(TimeSpan during) => Create(SimulationKind.Pause, 0, TimeSpan.Zero, during);

    private static LoadSimulation Create(SimulationKind kind, double amount, TimeSpan interval, TimeSpan during)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfLessThan(during, TimeSpan.Zero);
        return new LoadSimulation(kind, amount, interval, during);
    }

    private static TimeSpan Positive(TimeSpan interval) =>
        interval > TimeSpan.Zero ? interval : throw new ArgumentOutOfRangeException(nameof(interval), interval, "A rate refers to an interval above zero.");
}
