namespace Gateway.LoadTest.Running;

/// <summary>
/// When iterations are due: a pure function of the load simulations. Times count from the start of the warm-up, which is like the
/// first simulation and goes before it.
/// </summary>
/// <remarks>In an open loop the first half of the warm-up climbs to the rate: processes that have just started compile what they run, and what they cannot take yet would wait in line for long after.</remarks>
internal sealed class LoadSchedule
{
    private readonly List<Stage> _stages = [];
    private readonly int _warmUpStageCount;

    public LoadSchedule(TimeSpan warmUp, IReadOnlyList<LoadSimulation> simulations)
    {
        WarmUp = warmUp;
        var steady = Steady(simulations[0]);
        if (steady.Kind == SimulationKind.Inject)
            Add(steady with { Kind = SimulationKind.RampingInject, During = warmUp / 2 });
        Add(steady with { During = warmUp - (_stages.Count == 0 ? TimeSpan.Zero : End) });
        _warmUpStageCount = _stages.Count;
        foreach (var simulation in simulations)
            Add(simulation);
    }

    public TimeSpan WarmUp { get; }

    public TimeSpan End => _stages[^1].End;

    /// <summary>The greatest number of copies at any time.</summary>
    public int MaxCopies => (int)_stages.Where(each => !each.Simulation.IsOpen).Max(each => (double?)Math.Max(each.From, each.Simulation.Amount)).GetValueOrDefault();

    /// <summary>When the open-loop iterations are due, in order.</summary>
    public IEnumerable<TimeSpan> Injections()
    {
        foreach (var stage in _stages.Where(each => each.Simulation.IsOpen))
        {
            for (var k = 0L; ; k++)
            {
                var at = stage.TimeOf(k);
                if (at >= stage.Simulation.During)
                    break;
                yield return stage.Start + at;
            }
        }
    }

    /// <summary>From when to when a copy iterates. Stretches that touch are one.</summary>
    public IReadOnlyList<(TimeSpan From, TimeSpan To)> Activity(int copy)
    {
        var stretches = new List<(TimeSpan From, TimeSpan To)>();
        foreach (var stage in _stages)
        {
            if (stage.ActivityOf(copy) is not var (from, to) || to <= from)
                continue;
            if (stretches.Count > 0 && stretches[^1].To == from)
                stretches[^1] = (stretches[^1].From, to);
            else
                stretches.Add((from, to));
        }

        return stretches;
    }

    private static LoadSimulation Steady(LoadSimulation first) => first.Kind switch
    {
        SimulationKind.RampingConstant => first with { Kind = SimulationKind.KeepConstant },
        SimulationKind.RampingInject => first with { Kind = SimulationKind.Inject },
        _ => first,
    };

    private void Add(LoadSimulation simulation)
    {
        // The warm-up is no level to ramp from: measured ramps begin where the simulations say.
        var before = _stages.Count > _warmUpStageCount && _stages[^1].Simulation is { Kind: not SimulationKind.Pause } last && last.IsOpen == simulation.IsOpen ? last : null;
        var from = simulation.IsOpen ? before?.PerSecond ?? 0 : before?.Amount ?? 0;
        _stages.Add(new Stage(simulation, from, _stages.Count == 0 ? TimeSpan.Zero : _stages[^1].End));
    }

    /// <param name="Simulation">What it does.</param>
    /// <param name="From">The level that a ramp begins at.</param>
    /// <param name="Start">From the start of the warm-up.</param>
    private sealed record Stage(LoadSimulation Simulation, double From, TimeSpan Start)
    {
        public TimeSpan End => Start + Simulation.During;

        /// <summary>
        /// The k-th iteration is due when so many have been: at a steady rate k / rate; on a ramp from a to b in D, the t at which
        /// a t + (b - a) t² / 2D = k.
        /// </summary>
        public TimeSpan TimeOf(long k)
        {
            var to = Simulation.PerSecond;
            var seconds = Simulation.During.TotalSeconds;
            var from = Simulation.Kind == SimulationKind.RampingInject ? From : to;
            if (from.Equals(to))
                return to <= 0 ? TimeSpan.MaxValue : FromSeconds(k / to);
            var slope = (to - from) / seconds;
            var inside = (from * from) + (2 * slope * k);
            return inside < 0 ? TimeSpan.MaxValue : FromSeconds((Math.Sqrt(inside) - from) / slope);
        }

        public (TimeSpan From, TimeSpan To)? ActivityOf(int copy)
        {
            var to = Simulation.Amount;
            switch (Simulation.Kind)
            {
                case SimulationKind.KeepConstant:
                    return copy < to ? (Start, End) : null;
                case SimulationKind.RampingConstant when copy < Math.Min(From, to):
                    return (Start, End);
                case SimulationKind.RampingConstant when to > From && copy < to:
                    return (Start + (Simulation.During * ((copy + 1 - From) / (to - From))), End);
                case SimulationKind.RampingConstant when to < From && copy < From:
                    return (Start, Start + (Simulation.During * ((From - copy) / (From - to))));
                default:
                    return null;
            }
        }

        private static TimeSpan FromSeconds(double seconds) => seconds > 1e9 ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
    }
}
