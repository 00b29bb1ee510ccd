using Gateway.Server.Cluster;

namespace Gateway.Cluster.Tests.Simulation;

/// <summary>Does something bad to the world, or undoes it; counts what it did.</summary>
internal sealed class SimFaults(SimWorld world)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void DoOne()
    {
        switch (world.Random.Next(10))
        {
            case 0 when Living.Length > 2:
                Count("killed");
                Any().IsDead = true;
                break;
            case 1 when Living.Length < 6:
                Count("started");
                world.Start(Free());
                break;
            case 2 when Living.Length > 2:
                Count("drained");
                var leaver = Any();
                leaver.Run(leaver.Member.Leave);
                world.After(world.Random.Next(0, 4000), () => leaver.Run(() =>
                {
                    leaver.Member.End();
                    leaver.IsDead = true;
                }));
                break;
            case 3 or 4:
                Count("paused");
                var paused = Any();
                if (paused.IsPaused)
                    break;
                paused.Pause();
                world.After(world.Random.Next(50, 12_000), () => Resume(paused));
                break;
            case 5:
                Count("partitioned");
                foreach (var node in Living)
                    node.Group = world.Random.Next(0, 2);
                break;
            case 6:
                Count("isolated");
                Any().Group = -1;
                break;
            case 7:
                Count("store cut");
                Any().IsStoreCut = true;
                break;
            case 8:
                Count("outage");
                (world.IsBusAway, world.IsStoreAway) = (world.Chance(0.6), world.Chance(0.4));
                break;
            default:
                Heal();
                break;
        }
    }

    public void EndAll()
    {
        Heal();
        (world.BusFaults, world.StoreFaults) = (0, 0);
        foreach (var node in Living.Where(node => node.IsPaused))
            Resume(node);
        while (Living.Length < 2)
            world.Start(Free());
    }

    public override string ToString() => string.Join(", ", _counts.Select(pair => $"{pair.Value} {pair.Key}"));

    private SimNode[] Living => [.. world.Nodes.Where(node => !node.IsDead && node.Member.Membership.Refusal is null && node.Member.Membership.State != MemberState.Draining)];

    private SimNode Any() => world.Random.GetItems(Living, 1)[0];

    private string Free() => "abcdefghij".Select(letter => letter.ToString()).First(name => Living.All(node => node.Id.Name != name));

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    private void Resume(SimNode node)
    {
        if (!node.IsPaused)
            return;
        foreach (var lease in node.UnderWay)
            world.Write(lease);
        node.UnderWay.Clear();
        node.Resume();
    }

    private void Heal()
    {
        (world.IsBusAway, world.IsStoreAway) = (false, false);
        foreach (var node in world.Nodes)
            (node.Group, node.IsStoreCut) = (0, false);
    }
}
