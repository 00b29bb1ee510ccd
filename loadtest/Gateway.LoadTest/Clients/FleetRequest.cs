namespace Gateway.LoadTest.Clients;

/// <summary>The members that a scenario wants, over all workers.</summary>
/// <param name="Count">How many connections.</param>
/// <param name="RoomsOf">The rooms of the connection of this index, as <c>kind:id</c>; the run's id is added.</param>
public sealed record FleetRequest(int Count, Func<int, IReadOnlyList<string>> RoomsOf)
{
    /// <summary>Connections below this index are left out: they have been opened before.</summary>
    public int First { get; init; }

    /// <summary>The name under which the connection's deliveries are reported; members of different fates have different ones.</summary>
    public Func<int, string> LogOf { get; init; } = static _ => Fleet.Deliveries;

    /// <summary>Whether the connection will stop reading later: its buffers are kept small.</summary>
    public Func<int, bool> IsSlow { get; init; } = static _ => false;
}
