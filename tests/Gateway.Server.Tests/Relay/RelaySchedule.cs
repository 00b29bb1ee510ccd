using Gateway.Server.Rooms;
using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>One random schedule of joins, publishes and faults over three nodes, and what must hold at its end.</summary>
internal sealed class RelaySchedule : IDisposable
{
    private const int Steps = 120;

    // After the last fault: leases, time-outs, checks, the grace and the resync of rosters, with a margin.
    private const int QuietMilliseconds = 9000;

    private static readonly string[] Rooms = ["chat:a", "chat:b", "live:x"];

    private readonly Random _random;

    // Of its own: the schedules of old seeds stay what they were.
    private readonly Random _moves;
    private readonly SimWorld _world;
    private readonly bool _losesHistory;

    public RelaySchedule(int seed, bool losesHistory = false)
    {
        _random = new Random(seed);
        _moves = new Random(~seed);
        _losesHistory = losesHistory;
        _world = new SimWorld(_random, Rooms, _random.Next(1, 3));
        foreach (var room in Rooms)
        {
            for (var i = 0; i < 4; i++)
                _world.AddUser($"u{i}", room);
        }

        for (var i = 0; i < 4; i++)
            AddPublisher(_world.Lives[_random.Next(SimWorld.NodeCount)]);
        _world.Pass(300);
    }

    public List<string> Violations => _world.Violations;

    public int AcceptedCount => _world.Publishers.Sum(static publisher => publisher.Publishes.Count(static publish => publish.IsAccepted));

    public int SeenCount => _world.Users.Sum(static user => user.Seen.Count);

    public void Run()
    {
        for (var step = 0; step < Steps && Violations.Count == 0; step++)
        {
            for (var i = _random.Next(4); i > 0; i--)
                Act();
            if (_random.Next(8) == 0)
                Fault();
            if (!_losesHistory && _moves.Next(12) == 0)
                Move(_world.Lives[_moves.Next(SimWorld.NodeCount)]);
            _world.Advance(_random.Next(3) == 0 ? _random.Next(200) : _random.Next(30));
        }

        Heal();
        for (var i = 0; i < QuietMilliseconds / 50 && Violations.Count == 0; i++)
        {
            foreach (var user in _world.Users.Where(static user => user.Session is null))
                _world.Connect(user, Any());
            if (i == 100)
                PublishOnceMore();
            _world.Advance(50);
        }

        if (Violations.Count == 0)
            RelayOracle.Check(_world);
        _world.Drain();
    }

    public void Dispose() => _world.Dispose();

    private SimLife Any()
    {
        var live = _world.Lives.Where(static life => !life.IsDead).ToArray();
        return live.Length == 0 ? _world.Lives[0] : live[_random.Next(live.Length)];
    }

    private void AddPublisher(SimLife life)
    {
        var publisher = _world.AddPublisher(life);
        publisher.Answered = publish =>
        {
            if (life.IsDead)
                return;
            if (publish.Key is not null && !publish.IsAccepted && !publish.IsRetry && _random.Next(2) == 0)
                publisher.Publish(publish.Room, again: publish);
            else if (_random.Next(8) == 0)
                publisher.Publish(publish.Room);
        };
    }

    private void Act()
    {
        var user = _world.Users[_random.Next(_world.Users.Count)];
        switch (_random.Next(20))
        {
            case < 12:
                Publish();
                break;
            case < 17:
                _world.Connect(user, Any());
                break;
            case < 19:
                user.Session?.End(dropped: _random.Next(2) == 0);
                break;
            default:
                AddPublisher(Any());
                break;
        }
    }

    private void Publish()
    {
        var publishers = _world.Publishers.Where(static publisher => !publisher.Life.IsDead).ToArray();
        if (publishers.Length == 0)
            return;
        var publisher = publishers[_random.Next(publishers.Length)];
        var room = Rooms[_random.Next(Rooms.Length)];
        for (var i = _random.Next(1, 6); i > 0; i--)
        {
            var key = _random.Next(3) == 0 ? $"k{_random.Next()}" : null;
            publisher.Publish(room, key, _random.Next(8) == 0 ? $"c{_random.Next(3)}" : null, _random.Next(10) == 0 ? 1500 : 0);
        }
    }

    private void Fault()
    {
        var life = _world.Lives[_random.Next(SimWorld.NodeCount)];
        switch (_random.Next(12))
        {
            // A room's new owner cannot know what was lost before it came, unless somebody is there who does.
            case 0 or 1 or 2 or 3 or 4 or 8 when _losesHistory:
                break;
            case 0 or 1:
                _world.Desired[_world.Shards[_random.Next(_world.Shards.Length)]] = _random.Next(SimWorld.NodeCount);
                break;
            case 2 when !life.IsDead && !_world.Lives.Any(static other => other.IsDead):
                _world.Kill(life);
                _world.Events.In(_random.Next(1500), () => _world.Start(life.Slot));
                break;
            case 3 when !life.IsDead:
                life.Pause(true);
                _world.Events.In(_random.Next(2500), () => life.Pause(false));
                break;
            case 4 when !life.IsDead:
                life.Wire.Cut();
                _world.Events.In(_random.Next(1500), () => Restore(life));
                break;
            case 5:
                _world.Network.DropPercent = _random.Next(30);
                _world.Events.In(_random.Next(800), () => _world.Network.DropPercent = 0);
                break;
            case 6:
                _world.Network.MaxDelay = _random.Next(300);
                break;
            case 7:
                life.Wire.IsFull = true;
                _world.Events.In(_random.Next(300), () => life.Wire.IsFull = false);
                break;
            case 8:
                _world.Store.IsDown = true;
                _world.Events.In(_random.Next(600), () => _world.Store.IsDown = false);
                break;
            case 9:
                life.Histories.ForEach(history => history.FaultPercent = _random.Next(40));
                break;
            case 10:
                life.Histories.ForEach(history => history.MaxDelay = _random.Next(200));
                break;
            case 11 when _losesHistory && _random.Next(5) == 0:
                _world.Store.LoseAll(Rooms[_random.Next(2)]);
                break;
            case 11 when _losesHistory:
                _world.Store.LoseNewest(Rooms[_random.Next(2)], _random.Next(1, 4));
                break;
            case 11:
                life.IsCredulous = true;
                break;
        }
    }

    private static void Move(SimLife life)
    {
        if (!life.IsDead && !life.Wire.IsCut)
            life.Wire.Move();
    }

    private static void Restore(SimLife life)
    {
        if (!life.IsDead)
            life.Wire.Restore();
    }

    private void Heal()
    {
        (_world.Network.DropPercent, _world.Network.MaxDelay, _world.Store.IsDown) = (0, 5, false);
        foreach (var life in _world.Lives)
        {
            life.IsCredulous = life.Wire.IsFull = false;
            foreach (var history in life.Histories)
                (history.FaultPercent, history.MaxDelay) = (0, 3);
            if (life.IsPaused)
                life.Pause(false);
            if (life.Wire.IsCut)
                Restore(life);
        }
    }

    private void PublishOnceMore()
    {
        foreach (var publisher in _world.Publishers.Where(static publisher => !publisher.Life.IsDead))
        {
            foreach (var room in Rooms)
                publisher.Publish(room);
        }
    }
}
