using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Flights;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Reach;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>All WebSocket connections of a node: gives each new one a lane, a transport and a handler.</summary>
internal sealed class ConnectionNode : IDisposable
{
    public const string EchoPath = "/echo";
    private const string MessagePackProtocol = "gateway.v1.msgpack";
    private const string JsonProtocol = "gateway.v1.json";
    private const int IdBytes = 16;

    // Spread, so that those who are refused together do not come back together.
    private const int LeastRetrySeconds = 5;
    private const int MostRetrySeconds = 15;

    private readonly ConcurrentDictionary<HandshakeRejection, long> _refused = new();
    private readonly LaneSet _lanes;
    private readonly ConnectionLane[] _connectionLanes;
    private readonly SessionServices _services;

    public ConnectionNode(
        LaneSet lanes, SessionServices services, LoadGuard load, ConnectionOptions options, TimeProvider time, string path, bool echo,
        FlightRecorder? flights = null)
    {
        _lanes = lanes;
        _services = services;
        Options = options;
        Time = time;
        Admission = new Admission(services.Live, load, time);
        Proxies = new TrustedProxies(options.TrustedProxies);
        HandshakeLimits = new HandshakeLimits { Paths = echo ? [path, EchoPath] : [path] };
        var reader = new MessageReaderOptions { MaxMessageBytes = services.Limits.MaxMessageBytes };
        _connectionLanes = new ConnectionLane[lanes.Count];
        foreach (var lane in lanes.All)
        {
            _connectionLanes[lane.Index] = new ConnectionLane(lane, services.Rooms.EncoderOf(lane), services.Live, reader, options.IoUring)
            {
                Admission = Admission,
                Flights = flights is null ? null : new LaneFlights(lane, flights),
            };

            // What is remembered of each connection passes through it.
            services.Rooms.LocalsOf(lane).Outlets = flights is null ? _connectionLanes[lane.Index].Batch.Outlets : null;
        }

        services.Live.Changed += OnLimitsChanged;
    }

    /// <summary>What the gateway speaks, best first.</summary>
    public static ReadOnlySpan<string> SubProtocols => Protocols;

    /// <summary>The limits at this moment.</summary>
    public ConnectionLimits Limits => _services.Limits;

    public ConnectionOptions Options { get; }

    public TimeProvider Time { get; }

    public Admission Admission { get; }

    /// <summary>Who is believed when it says for whom it speaks.</summary>
    public TrustedProxies Proxies { get; }

    public HandshakeLimits HandshakeLimits { get; }

    public ReadOnlySpan<ConnectionLane> Lanes => _connectionLanes;

    /// <summary>Refused upgrades by reason, for metrics.</summary>
    public IEnumerable<KeyValuePair<HandshakeRejection, long>> Refused => _refused;

    private static readonly string[] Protocols = [MessagePackProtocol, JsonProtocol];

    /// <summary>Decides about an upgrade whose bytes are right. Who is admitted leaves with <see cref="Connections.Admission.Exit"/>.</summary>
    /// <param name="terms">What the connection will speak.</param>
    public HandshakeRejection Admit(HandshakeRequest request, IPAddress address, out UpgradeTerms terms)
    {
        var isEcho = request.Path == EchoPath;
        terms = new UpgradeTerms(request.SelectSubProtocol(SubProtocols), isEcho || Options.Compression ? request.AcceptableDeflate : null, Address: null);
        if (!OriginCheck.IsAllowed(request.Origin, request.Host, Options.AllowedOrigins))
            return HandshakeRejection.OriginForbidden;
        if (!isEcho && terms.SubProtocol is null)
            return HandshakeRejection.SubProtocolUnsupported;
        var verdict = Admission.TryEnter(Proxies.ClientOf(address, request.ForwardedFor), out var use);
        terms = terms with { Address = use };
        return verdict switch
        {
            AdmissionVerdict.Admitted => HandshakeRejection.None,
            AdmissionVerdict.AddressForbidden => HandshakeRejection.AddressForbidden,
            AdmissionVerdict.AddressFull or AdmissionVerdict.AddressTooFast => HandshakeRejection.TooManyRequests,
            AdmissionVerdict.Draining => HandshakeRejection.Draining,
            _ => HandshakeRejection.Overloaded,
        };
    }

    /// <summary>When a refused client should come back; null for a refusal that time does not mend.</summary>
    public static TimeSpan? RetryAfter(HandshakeRejection rejection) =>
        rejection is HandshakeRejection.Overloaded or HandshakeRejection.TooManyRequests or HandshakeRejection.Draining
            ? TimeSpan.FromSeconds(Random.Shared.Next(LeastRetrySeconds, MostRetrySeconds + 1))
            : null;

    /// <summary>Serves an upgraded connection until it is over. It leaves the admission by itself.</summary>
    /// <param name="pipe">Its halves are completed at the end.</param>
    /// <param name="abort">Ends what is under the pipe at once.</param>
    public Task ServeAsync(IDuplexPipe pipe, Action abort, HandshakeRequest request, UpgradeTerms terms)
    {
        var lane = _lanes.Next();
        var transport = new PipeTransport(lane, pipe, abort);
        lane.Post(Create(lane, transport, request, terms), Connection.OpenCode);
        return transport.Ended;
    }

    /// <summary>Makes the connection of an upgrade that was admitted; to be opened on its lane.</summary>
    public Connection Create(Lane lane, ITransport transport, HandshakeRequest request, UpgradeTerms terms)
    {
        var isDeflate = terms.Deflate is not null;
        var encoding = (terms.SubProtocol == JsonProtocol ? WireEncoding.Json : WireEncoding.MessagePack) + (isDeflate ? 2 : 0);
        var info = new ConnectionInfo(NewId(), terms.Address ?? throw new InvalidOperationException("Only who was admitted is served."), encoding, isDeflate, BearerOf(request.Authorization));
        Func<Connection, IConnectionHandler> handler = request.Path == EchoPath
            ? static connection => new EchoHandler(connection)
            : connection => new Session(connection, _services);
        return new Connection(_connectionLanes[lane.Index], transport, info, handler);
    }

    /// <summary>Ends all connections that a user has on this node; any thread.</summary>
    /// <returns>How many.</returns>
    public Task<int> DisconnectUserAsync(string user)
    {
        var users = _services.UsersOf(user);
        var disconnection = new Disconnection(user);
        users.Lane.Post(users, UserDirectory.DisconnectCode, disconnection);
        return disconnection.Count;
    }

    /// <summary>Ends one connection of this node, whatever its lane; any thread. One that is gone, or never was, is no error: what was asked for is so.</summary>
    /// <returns>How many: 1 or 0.</returns>
    public async Task<int> DisconnectConnectionAsync(string id)
    {
        var found = await Task.WhenAll(_connectionLanes.Select(lane =>
        {
            var cutOff = new ConnectionCutOff(lane, id);
            lane.Lane.Post(cutOff, 0);
            return cutOff.IsFound;
        })).ConfigureAwait(false);
        return found.Count(static each => each);
    }

    /// <summary>Sends to all connections of a user, on all nodes; any thread. The sender is told how many it reached.</summary>
    /// <returns>False: the user's lane has no place for more.</returns>
    public bool TrySendTo(DirectMessage message) => TrySend(message, UserDirectory.SendCode);

    /// <summary>Sends to the connections that a user has on this node; any thread.</summary>
    /// <returns>False: the user's lane has no place for more.</returns>
    public bool TryRelayTo(DirectMessage message) => TrySend(message, UserDirectory.RelayedCode);

    /// <summary>Closes the connections whose tokens were revoked; any thread.</summary>
    public void Revoke(Revocation revocation)
    {
        foreach (var users in revocation.UserId is { } user ? [_services.UsersOf(user)] : _services.Users)
            users.Lane.Post(users, UserDirectory.RevokeCode, revocation);
    }

    /// <summary>Asks every lane to close its share of the idle anonymous connections, the longest idle first; any thread.</summary>
    public void ShedIdle(int count)
    {
        var share = (count + _connectionLanes.Length - 1) / _connectionLanes.Length;
        foreach (var lane in _connectionLanes)
            lane.Lane.Post(new IdleShedding(lane), IdleShedding.ShedCode, null, share);
    }

    public long RefusedFor(HandshakeRejection rejection) => _refused.GetValueOrDefault(rejection);

    public long Sum(Func<ConnectionLane, long> value) => _connectionLanes.Sum(value);

    /// <summary>Once a minute, so that what limits show as their highest use is of late.</summary>
    public void ForgetOldPeaks()
    {
        foreach (var lane in _connectionLanes)
            lane.Counters.Limits.ForgetOldPeaks();
        foreach (var users in _services.Users)
            users.Use.ForgetOldPeaks();
    }

    /// <summary>How each limit was met, on every lane and at admission.</summary>
    public IEnumerable<LimitUse> Uses => _connectionLanes.Select(static lane => lane.Counters.Limits).Concat(_services.Users.Select(static users => users.Use)).Append(Admission.Use);

    public void CountRefused(HandshakeRejection rejection) => _refused.AddOrUpdate(rejection, 1, static (_, count) => count + 1);

    public void Dispose()
    {
        _services.Live.Changed -= OnLimitsChanged;
        foreach (var lane in _connectionLanes)
        {
            lane.Dispose();
        }
    }

    private void OnLimitsChanged(LimitsInForce before, LimitsInForce limits)
    {
        var isOther = !limits.Addresses.IsSameAs(before.Addresses);
        foreach (var lane in _connectionLanes)
        {
            lane.Lane.MaxPendingCommands = limits.Values.MaxPendingCommands;
            if (isOther)
                lane.Lane.Post(new AddressCutOff(lane), 0, limits.Addresses);
        }
    }

    private bool TrySend(DirectMessage message, int code)
    {
        var users = _services.UsersOf(message.User);
        return users.Lane.TryPost(users, code, message);
    }

    private static string NewId() => RandomNumberGenerator.GetString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", IdBytes);

    private static string? BearerOf(string? authorization) =>
        authorization is not null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : null;
}
