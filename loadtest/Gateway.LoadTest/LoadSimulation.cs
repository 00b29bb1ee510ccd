namespace Gateway.LoadTest;

/// <summary>One stage of a scenario's load. Made by <see cref="Simulation"/>.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Amount">Copies, or iterations each <paramref name="Interval"/>; of all workers together.</param>
/// <param name="Interval">What the rate refers to; zero for copies.</param>
/// <param name="During">How long it takes.</param>
public sealed record LoadSimulation(SimulationKind Kind, double Amount, TimeSpan Interval, TimeSpan During)
{
    /// <summary>Whether iterations start by the clock, not when earlier ones end.</summary>
    public bool IsOpen => Kind is SimulationKind.Inject or SimulationKind.RampingInject;

    /// <summary>Iterations a second of an open loop.</summary>
    public double PerSecond => IsOpen ? Amount / Interval.TotalSeconds : 0;

    /// <summary>As a person would say it.</summary>
    public override string ToString() => Kind switch
    {
        SimulationKind.Pause => FormattableString.Invariant($"pause {During.TotalSeconds:0.#} s"),
        SimulationKind.KeepConstant => FormattableString.Invariant($"keep {Amount:0} copies for {During.TotalSeconds:0.#} s"),
        SimulationKind.RampingConstant => FormattableString.Invariant($"ramp to {Amount:0} copies in {During.TotalSeconds:0.#} s"),
        SimulationKind.Inject => FormattableString.Invariant($"inject {PerSecond:0.##}/s for {During.TotalSeconds:0.#} s"),
        _ => FormattableString.Invariant($"ramp to {PerSecond:0.##}/s in {During.TotalSeconds:0.#} s"),
    };
}
