using System.Net;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Flights;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Reach;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Simulation;

/// <summary>A whole node without sockets, threads or a clock of its own: real lanes, rooms, connections and sessions, in a schedule that the test chooses.</summary>
internal sealed class SimNode : IDisposable
{
    private readonly LaneSet _lanes;
    private readonly List<Exception> _faults = [];
    private readonly List<HeldHistory> _histories = [];

    public SimNode(
        int laneCount, RoomsOptions options, ConnectionLimits limits, ITokenValidator? tokens = null, IReadOnlyDictionary<string, IRequestService>? requests = null, FlightRecorder? flights = null,
        Func<Lane, HeldHistory>? history = null, Func<IPoller>? poller = null, ConnectionOptions? connections = null)
    {
        var accounts = Options.Create(new AccountsOptions());
        Revocations = new InMemoryRevocations(accounts, Time);
        Tickets = new ConnectTickets(new InMemoryTicketStore(accounts, Time), Revocations, accounts, Time);
        Live = new LiveLimits(limits);
        Load = new LoadGuard(Live);
        _lanes = new LaneSet(laneCount, index => new Lane(index, Time, poller?.Invoke() ?? new EventPoller(), limits.MaxPendingCommands, _faults.Add));
        var errors = new List<string>();
        var kinds = RoomKinds.Create(options, errors) ?? throw new InvalidOperationException(string.Join(' ', errors));
        Rooms = new RoomSet(
            _lanes, kinds, options, lane => history is null ? new InMemoryHistory(lane, options, laneCount) : Hold(history(lane)), new LoopbackRelay(), Time, limits.MaxPayloadBytes);
        var services = new SessionServices
        {
            Rooms = Rooms,
            Tokens = tokens ?? new NoTokens(),
            Tickets = Tickets,
            Live = Live,
            Users = [.. _lanes.All.ToArray().Select(lane => new UserDirectory(lane, Live, new LoneUserRelay()))],
            Requests = requests ?? new Dictionary<string, IRequestService>(),
            Owners = new Dictionary<string, IRoomOwners>(),
            NodeName = "sim",
            AllowAnonymous = true,
            Log = NullLogger.Instance,
        };
        Node = new ConnectionNode(_lanes, services, Load, connections ?? new ConnectionOptions { AllowAnonymous = true }, Time, "/ws", echo: true, flights);
        Revocations.Revoked += Node.Revoke;
        Gauges = new LimitGauges(Node, _lanes, Load);
        Services = services;
    }

    public ManualTime Time { get; } = new();

    public IRevocations Revocations { get; }

    public ConnectTickets Tickets { get; }

    public RoomSet Rooms { get; }

    public LiveLimits Live { get; }

    public LoadGuard Load { get; }

    public ConnectionNode Node { get; }

    public LimitGauges Gauges { get; }

    public ConnectionLane[] ConnectionLanes => Node.Lanes.ToArray();

    public SessionServices Services { get; }

    /// <summary>Where the next connection comes from.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    public LaneSet Lanes => _lanes;

    /// <summary>Faults on the lanes; a test expects none.</summary>
    public IReadOnlyList<Exception> Faults => _faults;

    /// <summary>A new connection on some lane; its session greets when the lane has turned.</summary>
    public SimTransport Connect(int lane, string id, Func<Connection, IConnectionHandler>? handler = null)
    {
        var transport = new SimTransport();
        Connect(lane, id, transport, handler);
        return transport;
    }

    /// <summary>The same over a transport of the caller's.</summary>
    public void Connect(int lane, string id, ITransport transport, Func<Connection, IConnectionHandler>? handler = null)
    {
        if (Node.Admission.TryEnter(Address, out var use) is not AdmissionVerdict.Admitted and var verdict)
            throw new InvalidOperationException($"The connection is refused: {verdict}.");
        var info = new ConnectionInfo(id, use!, WireEncoding.MessagePack, Deflate: false, Token: null);
        var connection = new Connection(ConnectionLanes[lane], transport, info, handler ?? (c => new Session(c, Services)));
        _lanes[lane].Post(connection, Connection.OpenCode);
    }

    /// <summary>Does something as the lane does it: on its "thread", followed by its flush.</summary>
    public void On(int lane, Action action)
    {
        _lanes[lane].Post(new Work(action), 0);
        _lanes[lane].Turn();
    }

    /// <summary>Lets the history answer the call that has waited longest for it.</summary>
    /// <returns>False when none waits.</returns>
    public bool Answer() => _histories.Any(static history => history.Answer());

    /// <summary>Turns all lanes until nothing is left to do.</summary>
    public void Settle()
    {
        bool worked;
        do
        {
            worked = false;
            foreach (var lane in _lanes.All)
                worked |= lane.Turn();
            worked |= Answer();
        }
        while (worked);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.All)
            lane.Dispose();
        Node.Dispose();
    }

    private HeldHistory Hold(HeldHistory history)
    {
        _histories.Add(history);
        return history;
    }

    private sealed class Work(Action action) : ILaneWork
    {
        public void Execute(int code, object? argument, long number) => action();
    }

    private sealed class NoTokens : ITokenValidator
    {
        public ValueTask<TokenValidation> ValidateAsync(string token, CancellationToken cancellationToken) => new(new TokenValidation(TokenStatus.Invalid, null));
    }
}
