using Gateway.Server.Cluster;
using Gateway.Server.Relay;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>Three nodes, what lies between them, and those who use them; nothing moves but by the test.</summary>
internal sealed class SimWorld : IDisposable
{
    public const int NodeCount = 3;

    private readonly List<SimLife> _gone = [];
    private readonly List<SimPublisher> _publishers = [];
    private readonly int _laneCount;
    private long _nextBeat;
    private long _incarnation;

    public SimWorld(Random random, string[] rooms, int laneCount = 1)
    {
        Random = random;
        _laneCount = laneCount;
        Events = new SimEvents(Time);
        Network = new SimNetwork(Events, random);
        Store = new SimStore(Events, Violations);
        RoomsOptions.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", MaxHistoryCount = 100_000 };
        RoomsOptions.Kinds["live"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", Durable = false };
        RoomNames = rooms;
        Shards = [.. rooms.Select(RoomSet.ShardOf).Distinct()];
        Desired = Shards.ToDictionary(static shard => shard, _ => random.Next(NodeCount));
        Lives = [.. Enumerable.Range(0, NodeCount).Select(NewLife)];
        Advance(0);
    }

    public Random Random { get; }

    public ManualTime Time { get; } = new();

    public SimEvents Events { get; }

    public SimNetwork Network { get; }

    public SimStore Store { get; }

    public List<string> Violations { get; } = [];

    public string[] RoomNames { get; }

    public int[] Shards { get; }

    /// <summary>The node that the ring gives each shard to.</summary>
    public Dictionary<int, int> Desired { get; }

    /// <summary>By slot; one that is dead stays until another begins.</summary>
    public SimLife[] Lives { get; }

    public List<SimUser> Users { get; } = [];

    public IReadOnlyList<SimPublisher> Publishers => _publishers;

    public int QuestionCount { get; set; }

    public int AnswerCount { get; set; }

    public RoomsOptions RoomsOptions { get; } = new()
    {
        PresenceGrace = TimeSpan.FromMilliseconds(1500),
        PresenceInterval = TimeSpan.FromMilliseconds(50),
        IdleTimeout = TimeSpan.FromSeconds(3),
    };

    public RelayOptions RelayOptions { get; } = new()
    {
        ForwardTimeout = TimeSpan.FromSeconds(2),
        FollowTimeout = TimeSpan.FromSeconds(2),
        RetryAfter = TimeSpan.FromMilliseconds(200),
        CheckInterval = TimeSpan.FromSeconds(1),
        HeadDelay = TimeSpan.FromMilliseconds(100),
        RosterTimeout = TimeSpan.FromMilliseconds(400),
    };

    public bool HasEphemeral(int shard) => RoomNames.Any(room => room.StartsWith("live:", StringComparison.Ordinal) && RoomSet.ShardOf(room) == shard);

    public SimPublisher AddPublisher(SimLife life)
    {
        var publisher = new SimPublisher(this, life, Random.Next(_laneCount), _publishers.Count);
        _publishers.Add(publisher);
        return publisher;
    }

    public SimUser AddUser(string name, string room)
    {
        var user = new SimUser(name, room, room.StartsWith("chat:", StringComparison.Ordinal));
        Users.Add(user);
        return user;
    }

    public void Connect(SimUser user, SimLife life)
    {
        if (user.Session is not null || life.IsDead)
            return;
        user.Session = new SimSession(this, user, life, Random.Next(_laneCount));
        user.Session.Join();
    }

    public void Kill(SimLife life)
    {
        if (life.IsDead)
            return;
        life.Die();
        foreach (var user in Users.Where(user => user.Session?.Life == life))
            user.Session!.End(dropped: true);
    }

    public void Start(int slot)
    {
        _gone.Add(Lives[slot]);
        Lives[slot] = NewLife(slot);
    }

    /// <summary>Time passes in steps: what is due happens, and all who do not stand still turn.</summary>
    public void Advance(int milliseconds)
    {
        Time.Advance(milliseconds);
        bool worked;
        var rounds = 0;
        do
        {
            worked = Events.RunDue();
            if (Events.Now >= _nextBeat)
            {
                _nextBeat = Events.Now + 50;
                Beat();
            }

            foreach (var life in Lives)
                worked |= !life.IsPaused && life.Turn();
        }
        while (worked && ++rounds < 1000);
        if (rounds == 1000)
            Violations.Add($"{Events.Now}: never comes to rest");
    }

    /// <summary>Lets time pass in small steps.</summary>
    public void Pass(int milliseconds, int step = 25)
    {
        for (; milliseconds > 0; milliseconds -= step)
            Advance(step);
    }

    /// <summary>Everybody leaves, all is forgotten: what was rented comes back.</summary>
    public void Drain()
    {
        foreach (var user in Users)
            user.Session?.End(dropped: false);
        foreach (var life in Lives)
            life.Pause(false);
        for (var i = 0; i < 40; i++)
        {
            Time.Advance(500);
            Events.RunDue();
            foreach (var life in Lives.Concat(_gone))
            {
                if (i == 4)
                    life.Die();
                if (i == 4)
                    life.LoseAll();
                while (life.Turn())
                {
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var life in Lives.Concat(_gone))
            life.Dispose();
    }

    private SimLife NewLife(int slot) => new(this, slot, new NodeId($"n{slot}", ++_incarnation), _laneCount);

    private void Beat()
    {
        foreach (var shard in Shards)
        {
            var intended = Lives[Desired[shard]];
            if (intended.IsDead || intended.IsPaused || intended.Wire.IsCut)
                Desired[shard] = Random.Next(NodeCount);
        }

        foreach (var life in Lives.Where(static life => !life.IsDead && !life.IsPaused))
        {
            life.ClusterTick(this);
            var claims = life.Claims;
            foreach (var other in Lives.Where(other => other != life && !other.IsDead && !life.Wire.IsCut))
            {
                Events.In(Random.Next(60), () =>
                {
                    if (!other.Wire.IsCut)
                        other.Hear(life.Id, claims);
                });
            }
        }
    }
}
