using System.Diagnostics.Metrics;
using Gateway.Server.Cluster;
using Gateway.Server.Lanes;
using Gateway.Server.Relay;
using Gateway.Server.Rooms;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>One life of a node in a world: real lanes, rooms and relay over a wire and a store of the world's.</summary>
internal sealed partial class SimLife : IDisposable
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
    private static readonly RelayMetrics Metrics = new(Meters, TimeProvider.System);

    private readonly SimEvents _events;
    private readonly Random _random;
    private readonly RelayNode _relay;

    public SimLife(SimWorld world, int slot, NodeId id, int laneCount)
    {
        (_events, _random, Slot, Id) = (world.Events, world.Random, slot, id);
        Wire = world.Network.Add();
        Lanes = new LaneSet(laneCount, index => new Lane(index, world.Time, new EventPoller(), 100_000, fault => world.Violations.Add($"{id}: {fault}")));
        _relay = new RelayNode(id, "sim", Lanes, Wire, world.RelayOptions, Metrics, world.Time);
        var errors = new List<string>();
        var kinds = RoomKinds.Create(world.RoomsOptions, errors) ?? throw new InvalidOperationException(string.Join(' ', errors));
        Rooms = new RoomSet(Lanes, kinds, world.RoomsOptions, _ => AddHistory(world), _relay, world.Time, 64 * 1024);
        _relay.Start(Rooms);
    }

    public int Slot { get; }

    public NodeId Id { get; }

    public SimWire Wire { get; }

    public LaneSet Lanes { get; }

    public RoomSet Rooms { get; }

    public RelayNode Relay => _relay;

    public List<SimHistory> Histories { get; } = [];

    public bool IsDead { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>Handovers that ended because all was written, not because the time was up.</summary>
    public int FinishedCount { get; private set; }

    public void Post(int lane, Action action) => Lanes[lane].Post(new SimWork(action), 0);

    public void Pause(bool isPaused)
    {
        IsPaused = Wire.IsPaused = isPaused;
        if (!isPaused)
            Wire.TakeWaiting();
    }

    /// <summary>From now on nobody hears of it.</summary>
    public void Die()
    {
        IsDead = true;
        Pause(false);
        Wire.Cut();
        Histories.ForEach(static history => history.IsCut = true);
    }

    /// <summary>Each lane once.</summary>
    public bool Turn()
    {
        var worked = false;
        foreach (var lane in Lanes.All)
            worked |= lane.Turn();
        return worked;
    }

    public void Dispose()
    {
        _relay.Dispose();
        foreach (var lane in Lanes.All)
            lane.Dispose();
    }

    private SimHistory AddHistory(SimWorld world)
    {
        var history = new SimHistory(world.Store, world.Events, world.Random);
        Histories.Add(history);
        return history;
    }
}
