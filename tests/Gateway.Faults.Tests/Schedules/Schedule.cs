using System.Text;
using Gateway.Faults.Tests.Nodes;

namespace Gateway.Faults.Tests.Schedules;

/// <summary>A plan of faults, the same for the same seed and size. Which node owns a room when its turn comes is found out then.</summary>
internal sealed class Schedule
{
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    private Schedule(int seed, IReadOnlyList<FaultStep> steps)
    {
        Seed = seed;
        Steps = steps;
    }

    public int Seed { get; }

    public IReadOnlyList<FaultStep> Steps { get; }

    /// <summary>A plan in which each kind of fault is there at least once, in any order.</summary>
    /// <param name="seed">The plan follows from it.</param>
    /// <param name="nodes">How many places of nodes there are.</param>
    /// <param name="rooms">How many rooms whose owners may be paused.</param>
    /// <param name="more">How many faults beyond one of each kind; some of these come with another.</param>
    /// <param name="lease">A pause is longer than this.</param>
    public static Schedule Create(int seed, int nodes, int rooms, int more, TimeSpan lease)
    {
        var random = new Random(seed);
        var kinds = Kinds.ToArray();
        random.Shuffle(kinds);
        var steps = new List<FaultStep>();
        foreach (var kind in kinds)
            steps.Add(Step(random, kind, nodes, rooms, lease));
        for (var i = 0; i < more; i++)
        {
            var step = Step(random, Kinds[random.Next(Kinds.Length)], nodes, rooms, lease);
            var with = Step(random, (FaultKind)random.Next((int)FaultKind.CutNats, (int)FaultKind.DelayLinks + 1), nodes, rooms, lease);
            steps.Add(random.Next(3) == 0 && !IsOfLine(step.Kind) ? step with { With = with } : step);
        }

        return new Schedule(seed, steps);
    }

    /// <summary>Whether a kind of fault is one of a line.</summary>
    public static bool IsOfLine(FaultKind kind) => kind is FaultKind.CutNats or FaultKind.CutRedis or FaultKind.CutClients or FaultKind.DelayLinks;

    public override string ToString()
    {
        var text = new StringBuilder($"seed {Seed}");
        foreach (var (i, step) in Steps.Index())
            text.AppendLine().Append($"  {i + 1}. {step}");
        return text.ToString();
    }

    private static FaultStep Step(Random random, FaultKind kind, int nodes, int rooms, TimeSpan lease)
    {
        var target = random.Next(kind switch
        {
            FaultKind.PauseOwner => rooms,
            FaultKind.RestartNats or FaultKind.UpgradeNats => NatsServers.Count,
            _ => nodes,
        });
        var manner = (CutManner)random.Next(Enum.GetValues<CutManner>().Length);
        var seconds = kind switch
        {
            FaultKind.PauseOwner => (lease.TotalSeconds * 1.25) + (random.NextDouble() * 2),
            FaultKind.RestartRedis or FaultKind.RestartNats => 0.2 + (random.NextDouble() * 2),
            FaultKind.CutNats or FaultKind.CutRedis or FaultKind.CutClients => 0.5 + (random.NextDouble() * 5),
            FaultKind.DelayLinks => 2 + (random.NextDouble() * 3),
            _ => 0,
        };
        return new FaultStep(kind, target, manner, TimeSpan.FromSeconds(seconds), random.Next(2) == 0);
    }
}
