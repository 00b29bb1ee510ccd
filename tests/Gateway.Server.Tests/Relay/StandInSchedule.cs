using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>
/// One random schedule of publishes, members who come and go, deaths and hand-overs of owners on a wire that loses nothing, with histories that lose their newest messages while there is no owner. Each
/// take-over must be warm: the latest transient messages are there, and no offset is given twice under one epoch.
/// </summary>
internal sealed class StandInSchedule : IDisposable
{
    private const int Rounds = 6;

    // Until a shard that lost its owner has another one, and a node that is new has been told of all rooms.
    private const int TakeOverMilliseconds = 4000;

    // Always there, on one node or another: a room that is empty for 3 s is forgotten, with what it has kept.
    private const string Inhabitant = "inhabitant";

    private static readonly string[] Rooms = ["chat:a", "live:x"];

    private readonly Random _random;
    private readonly SimWorld _world;
    private readonly Dictionary<(string Room, string Key), string> _kept = [];
    private readonly bool _passes;
    private int _visitorCount;

    public StandInSchedule(int seed)
    {
        _random = new Random(seed);
        _world = new SimWorld(_random, Rooms, _random.Next(1, 3));
        _world.Store.IsStrict = true;
        _passes = _random.Next(2) == 0;
        if (_passes)
            _world.RoomsOptions.IdleTimeout = TimeSpan.FromSeconds(8);
        foreach (var room in Rooms)
        {
            _world.AddUser(Inhabitant, room);
            for (var i = 0; i < 2; i++)
                _world.AddUser($"u{i}", room);
        }

        Settle(TakeOverMilliseconds);
    }

    public List<string> Violations => _world.Violations;

    public int KeptCount { get; private set; }

    public int SeenCount => _world.Users.Sum(static user => user.Seen.Count);

    public void Run()
    {
        for (var round = 0; round < Rounds && Violations.Count == 0; round++)
        {
            for (var i = _random.Next(5, 15); i > 0; i--)
                Act();
            if (_passes)
                PassThroughAll();

            // Rooms are forgotten where nobody is after 3 s, with what that node knew of them.
            Settle(_random.Next(2) == 0 ? 500 : 5000);
            Move();
            Settle(TakeOverMilliseconds);
            Visit();
        }

        foreach (var user in _world.Users.Where(static user => user.Session is null))
            _world.Connect(user, Any());
        foreach (var room in Rooms)
            Publish(room, null);
        _world.Pass(TakeOverMilliseconds);
        if (Violations.Count == 0)
            RelayOracle.Check(_world);
        _world.Drain();
    }

    public void Dispose() => _world.Dispose();

    private SimLife Any()
    {
        var live = _world.Lives.Where(static life => !life.IsDead).ToArray();
        return live[_random.Next(live.Length)];
    }

    private void Settle(int milliseconds)
    {
        for (; milliseconds > 0; milliseconds -= 100)
        {
            foreach (var user in _world.Users.Where(static user => user.Name == Inhabitant))
                _world.Connect(user, Any());
            _world.Pass(100);
        }
    }

    private void Act()
    {
        var user = _world.Users.Where(static user => user.Name != Inhabitant).ElementAt(_random.Next(_world.Users.Count - Rooms.Length));
        switch (_random.Next(10))
        {
            case < 4:
                Publish(Rooms[_random.Next(2)], null);
                break;
            case < 7:
                Publish(Rooms[_random.Next(2)], $"c{_random.Next(3)}");
                break;
            case < 9:
                _world.Connect(user, Any());
                _world.Pass(_random.Next(200));
                break;
            default:
                user.Session?.End(dropped: false);
                break;
        }
    }

    // Rooms live at each node because publishes come through it, whether it follows or not.
    private void PassThroughAll()
    {
        foreach (var life in _world.Lives.Where(static life => !life.IsDead))
        {
            foreach (var room in Rooms)
                Publish(room, null, life);
        }
    }

    // One after the other, so that there is no doubt which is the latest.
    private void Publish(string room, string? key, SimLife? life = null)
    {
        var publisher = _world.AddPublisher(life ?? Any());
        publisher.Publish(room, conflationKey: key);
        for (var i = 0; i < 100 && publisher.Publishes.All(static publish => publish.Result is null); i++)
            _world.Pass(50);
        _world.Pass(100);
        if (!publisher.Publishes[0].IsAccepted)
            Violations.Add($"{publisher.Publishes[0].Text} in {room}: {publisher.Publishes[0].Result}");
        else if (key is not null)
            _kept[(room, key)] = publisher.Publishes[0].Text;
    }

    private void Move()
    {
        var shard = _world.Shards[_random.Next(_world.Shards.Length)];
        if (_random.Next(2) == 0)
        {
            _world.Desired[shard] = _random.Next(SimWorld.NodeCount);
            return;
        }

        var owner = _world.Lives[_world.Desired[shard]];
        _world.Kill(owner);
        if (_random.Next(2) == 0 && _world.Desired[Gateway.Server.Rooms.RoomSet.ShardOf(Rooms[0])] == owner.Slot)
            _world.Store.LoseNewest(Rooms[0], _random.Next(1, 4));
        Settle(TakeOverMilliseconds);
        _world.Start(owner.Slot);
    }

    // Somebody new sees the latest of each key, on whichever node.
    private void Visit()
    {
        foreach (var room in Rooms)
        {
            var visitor = _world.AddUser($"v{_visitorCount++}", room);
            _world.Connect(visitor, Any());
            _world.Pass(500);
            foreach (var ((_, key), text) in _kept.Where(kept => kept.Key.Room == room))
            {
                KeptCount++;
                if (visitor.Kept.GetValueOrDefault(key) is var seen && seen != text)
                    Violations.Add($"{_world.Events.Now}: {visitor.Name} on {visitor.Session?.Life.Id} sees {seen ?? "nothing"} for {key} in {room}, the latest is {text}");
            }

            visitor.Session?.End(dropped: false);
            _world.Users.Remove(visitor);
        }
    }
}
