using System.Buffers;
using System.Globalization;
using System.Net;
using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Running;
using Gateway.Protocol.Frames;

namespace Gateway.LoadTest.Clients;

/// <summary>All connections of a scenario in one worker, its share of those of the run: connection i is worker i mod workers' own.</summary>
/// <remarks>Belongs to the reactor.</remarks>
public sealed partial class Fleet
{
    /// <summary>The name of the deliveries of members that nothing special happens to.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>The name of the measure of handshakes: from connect to the last room joined.</summary>
    public const string Handshakes = "handshakes";

    // So many may be between connect and joined at a time: more would only wait in the server's backlog and be timed there.
    private const int MaxOpening = 256;

    private readonly string _scenario;
    private readonly WorkerPlan _plan;
    private readonly Reactor _reactor;
    private readonly ScenarioInitContext _context;
    private readonly TestTokens? _tokens;
    private readonly IPEndPoint _target;
    private readonly IPAddress[] _sources;
    private readonly List<RoomClient> _members = [];
    private readonly List<RoomClient> _publishers = [];
    private readonly List<EchoClient> _echoes = [];
    private readonly Dictionary<string, RoomShare> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<RoomClient, PublishStream> _streams = [];
    private readonly Dictionary<string, DeliveryLog> _logs = new(StringComparer.Ordinal);
    private int _nextPublisher;

    internal Fleet(string scenario, WorkerPlan plan, Reactor reactor, ScenarioInitContext context)
    {
        _scenario = scenario;
        _plan = plan;
        _reactor = reactor;
        _context = context;
        Options = plan.Options;
        _tokens = Options.SigningKey.Length > 0 ? new TestTokens(Options.SigningKey) : null;
        _target = Targets.Resolve(plan.Target);
        _sources = [.. Options.Sources.Select(IPAddress.Parse)];
    }

    /// <summary>The members.</summary>
    public IReadOnlyList<RoomClient> Members => _members;

    /// <summary>The publishers beside them.</summary>
    public IReadOnlyList<RoomClient> Publishers => _publishers;

    /// <summary>The echo connections.</summary>
    public IReadOnlyList<EchoClient> Echoes => _echoes;

    /// <summary>Connections that were asked for here.</summary>
    public int WantedCount { get; private set; }

    /// <summary>Those that came to be.</summary>
    public int ReadyCount { get; private set; }

    /// <summary>Those that stand now.</summary>
    public int StandingCount => _members.Count(static each => each.IsReady) + _publishers.Count(static each => each.IsReady) + _echoes.Count(static each => each.IsOpen);

    internal LoadOptions Options { get; }

    internal ArrayBufferWriter<byte> Frames { get; } = new(4096);

    internal ArrayBufferWriter<byte> Text { get; } = new(4096);

    internal JsonFrames Json { get; } = new();

    internal IReadOnlyDictionary<string, DeliveryLog> Logs => _logs;

    /// <summary>Why connections did not come to be, with their number.</summary>
    internal Dictionary<string, long> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens this worker's share of the members and waits until they are in their rooms or have failed.</summary>
    public async Task OpenMembersAsync(FleetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var opened = new List<RoomClient>();
        for (var index = _plan.Index; index < request.Count; index += _plan.Count)
        {
            if (index < request.First)
                continue;
            var log = LogOf(request.LogOf(index));
            var seats = request.RoomsOf(index).Select(room => TakeSeat(room, log)).ToArray();
            opened.Add(new RoomClient(this, _reactor, TermsOf(index, request.IsSlow(index)), index, seats));
        }

        await OpenAsync(opened, static client => client.OpenAsync(), static client => client.Cut());
        _members.AddRange(opened.Where(static client => client.IsReady));

        // What never was in its room cannot miss a message of it; its failure is told by itself.
        foreach (var seat in opened.Where(static client => !client.IsReady).SelectMany(static client => client.Seats))
            seat.Room.Seats.Remove(seat);
    }

    /// <summary>Opens this worker's share of the publishers, at least one. They are members of nothing; publisher p publishes to room p mod rooms.</summary>
    public async Task OpenPublishersAsync(int count, IReadOnlyList<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        var opened = new List<RoomClient>();
        for (var publisher = _plan.Index; publisher < Math.Max(count, _plan.Count); publisher += _plan.Count)
        {
            var index = Options.Connections + publisher;
            var client = new RoomClient(this, _reactor, TermsOf(index, isSlow: false), index, []);
            opened.Add(client);
            _streams.Add(client, NewStream(RoomOf(rooms[publisher % rooms.Count])));
        }

        _publishers.AddRange(opened);
        await OpenAsync(opened, static client => client.OpenAsync(), static client => client.Cut());
    }

    /// <summary>Opens this worker's share of connections to <c>/echo</c>.</summary>
    public async Task OpenEchoesAsync(int count)
    {
        for (var index = _plan.Index; index < count; index += _plan.Count)
            _echoes.Add(new EchoClient(_reactor, TermsOf(index, isSlow: false), Options.Size));
        await OpenAsync(_echoes, static client => client.OpenAsync(), static client => client.Cut());
    }

    /// <summary>Has the next publisher in turn publish: one of those beside the members, or a member when there are none.</summary>
    public Task<Response> PublishAsync(ScenarioContext context)
    {
        var from = _publishers.Count > 0 ? _publishers : _members;
        return from.Count == 0
            ? Task.FromResult(Response.Fail("no-connection", "this worker has no connection to publish on"))
            : from[_nextPublisher++ % from.Count].PublishAsync(context);
    }

    /// <summary>Ends all connections.</summary>
    public void CutAll()
    {
        foreach (var client in _members.Concat(_publishers))
            client.Leave();
        foreach (var echo in _echoes)
            echo.Cut();
    }

    internal string TokenOf(int index) =>
        _tokens?.Of(string.Create(CultureInfo.InvariantCulture, $"load-{_plan.RunId}-{_scenario}-{index}"), TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(6)) ?? "";

    /// <summary>What this connection publishes on: to its first room, unless it was opened to publish elsewhere.</summary>
    internal PublishStream StreamOf(RoomClient client)
    {
        if (!_streams.TryGetValue(client, out var stream))
            _streams.Add(client, stream = NewStream(client.Seats[0].Room));
        return stream;
    }

    private PublishStream NewStream(RoomShare room)
    {
        // Slots of different workers never meet.
        var stream = new PublishStream(room, (room.Streams.Count * _plan.Count) + _plan.Index);
        room.Streams.Add(stream);
        return stream;
    }

    private RoomShare RoomOf(string room)
    {
        var name = $"{room}.{_scenario}.{_plan.RunId}";
        if (!_rooms.TryGetValue(name, out var share))
            _rooms.Add(name, share = new RoomShare(name));
        return share;
    }

    private Seat TakeSeat(string room, DeliveryLog log)
    {
        var share = RoomOf(room);
        var seat = new Seat(share, log);
        share.Seats.Add(seat);
        return seat;
    }

    private DeliveryLog LogOf(string name)
    {
        if (!_logs.TryGetValue(name, out var log))
            _logs.Add(name, log = new DeliveryLog(name, _context.Window));
        return log;
    }

    private SocketTerms TermsOf(int index, bool isSlow)
    {
        var source = _sources.Length == 0 ? null : _sources[index / _plan.Count % _sources.Length];
        return new SocketTerms(_target, _plan.Target.Authority, source, _plan.Target.Scheme == "https", isSlow);
    }

    private async Task OpenAsync<T>(IReadOnlyList<T> clients, Func<T, Task<string?>> open, Action<T> cut)
    {
        WantedCount += clients.Count;
        var deadline = _reactor.Now + (Options.ConnectTimeout.Ticks * 100);
        var interval = 1e9 * _plan.Count / Options.ConnectRate;
        var start = _reactor.Now;
        var opening = new Dictionary<int, Task>();
        var freed = new TaskCompletionSource();
        for (var i = 0; i < clients.Count; i++)
        {
            await _reactor.WaitUntil(start + (long)(i * interval));
            while (opening.Count >= MaxOpening && _reactor.Now < deadline)
            {
                freed = new TaskCompletionSource();
                await Task.WhenAny(freed.Task, _reactor.WaitUntil(deadline).AsTask());
            }

            var one = OpenOneAsync(i);
            if (!one.IsCompleted)
                opening.Add(i, one);
        }

        await Task.WhenAny(Task.WhenAll(opening.Values.ToArray()), _reactor.WaitUntil(deadline).AsTask());
        foreach (var late in opening.Keys)
        {
            cut(clients[late]);
            Fail($"not open after {Options.ConnectTimeout.TotalSeconds:0} s");
        }

        async Task OpenOneAsync(int i)
        {
            var began = _reactor.Now;
            var failure = await open(clients[i]);
            if (failure is null)
            {
                ReadyCount++;
                _context.Measure(Handshakes).Record(_reactor.Now - began);
            }
            else
            {
                Fail(failure);
            }

            opening.Remove(i);
            freed.TrySetResult();
        }
    }

    private void Fail(string reason) => Failures[reason] = Failures.GetValueOrDefault(reason) + 1;
}
