using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

/// <summary>What one connection and all of a node's may take, <c>Gateway:Limits</c>. An instance in force is never changed: a change while running makes a new one.</summary>
/// <remarks>Each property has a <see cref="LimitName"/>, a row in the README and a case in LimitEdgeTests. Rates are token buckets that hold <see cref="RateBurst"/> of their rate.</remarks>
internal sealed partial class ConnectionLimits
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = "Gateway:Limits";

    /// <summary>Connections a node holds. Default 64,000: what the design is measured for; each takes memory (see README) and a file. Beyond it upgrades are answered 503.</summary>
    public int MaxConnections { get; set; } = 64_000;

    /// <summary>Connections from one address (of IPv6: from one /64, which is what one customer has). Default 20,000: offices and mobile carriers share addresses. Lower it where clients have their own. Beyond it upgrades are answered 429.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 20_000;

    /// <summary>Connections of one user on a node. Default 100: browsers with many tabs. Beyond it hello is answered 2001. A higher one multiplies what a stolen token can take.</summary>
    public int MaxConnectionsPerUser { get; set; } = 100;

    /// <summary>Addresses that may connect, each an address or a network (`10.0.0.0/8`, `2001:db8::/32`). Empty, the default: all. Behind a proxy that hides the clients' addresses it is the proxy's that counts. What is connected and not allowed any more is closed (4002), of IPv6 where that goes for the whole /64.</summary>
    public IList<string> AllowedAddresses { get; } = [];

    /// <summary>Addresses that may not connect, written the same way; wins over AllowedAddresses. Upgrades are answered 403. Empty by default.</summary>
    public IList<string> DeniedAddresses { get; } = [];

    /// <summary>Upgrades a second on the node; 0: no limit. Default 20,000, twice what two cores were seen to take, so that only a storm is cut: what exceeds it is answered 503. Without it a storm delays those who are connected.</summary>
    public int HandshakesPerSecond { get; set; } = 20_000;

    /// <summary>Upgrades a second from one address (of IPv6: one /64); 0: no limit. Default 10,000: an office that comes back after a cut comes at once. Beyond it upgrades are answered 429. Higher lets one address use up the node's rate.</summary>
    public int HandshakesPerSecondPerAddress { get; set; } = 10_000;

    /// <summary>From TCP accept to a complete upgrade request. Default 5 s; longer lets idle sockets pile up.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From upgrade to hello. Default 5 s (protocol/spec.md, 3). Longer lets connections that never say who they are pile up.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a ping is sent. Default 30 s: below the 60 s after which common proxies cut an idle connection. Longer finds dead peers later.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long anything may take to arrive after a ping. Default 5 s; shorter cuts phones that change cells. A ping that stands behind bytes which a slow link is still bringing has it from when it has reached the client (Linux, lane sockets).</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may take none of the bytes that wait for it. Default 30 s; then it is closed (4101) and may resume; the end of an HTTP answer over TLS likewise. Longer keeps the memory of peers that are gone.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From our close frame to the end of TCP. Default 5 s. Longer keeps sockets of peers that never answer it.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>One WebSocket message, after defragmenting and inflating. Default 1 MiB: four of the largest payloads. Each connection in the middle of one holds that much.</summary>
    [FixedAtStart("clients are told it when they connect, and every reader is made with it")]
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>One payload. Default 256 KiB; the SDKs split what is larger. Larger ones delay what is behind them on a slow link, and histories hold them.</summary>
    [FixedAtStart("clients are told it when they connect, and split by it")]
    public int MaxPayloadBytes { get; set; } = 256 * 1024;

    /// <summary>Rooms a connection may be in. Default 100; each costs about 200 bytes. Beyond it join is answered 1010.</summary>
    public int MaxRooms { get; set; } = 100;

    /// <summary>Bytes that may wait for a connection. Default 256 KiB. Above, durable rooms fall back to the history, ephemeral ones drop. Times the number of slow clients this is memory.</summary>
    public int MaxQueuedBytes { get; set; } = 256 * 1024;

    /// <summary>Bytes waiting at which a connection that was full takes messages again. Default 64 KiB; a gap to the limit above keeps it from flapping.</summary>
    public int ResumeQueuedBytes { get; set; } = 64 * 1024;

    /// <summary>Bytes that the kernel may hold for a connection without having sent them (TCP_NOTSENT_LOWAT; Linux). Default 128 KiB: a lane fills it again before 100 Mbit/s have emptied it. What is more waits here, where answers and pings overtake it and the newest replaces the old; a higher one lets a stalled client hold that much of the kernel's memory, and hides from the node that a link is slow. Its hits are how often a connection took no more.</summary>
    [FixedAtStart("listening sockets are opened with it, and connections have it from theirs")]
    public int MaxUnsentBytes { get; set; } = 128 * 1024;

    /// <summary>Requests of one connection that may be unanswered. Default 16; beyond it 2001. Each holds its payload and a timer.</summary>
    public int MaxPendingRequests { get; set; } = 16;

    /// <summary>Invalid frames a connection may send before it is closed (4003). Default 16. More lets a broken client fill logs and links.</summary>
    public int MaxInvalidFrames { get; set; } = 16;

    /// <summary>Frames a second that one connection may send, hello and `/echo` apart; 0: no limit. Default 10,000, three times what one publisher is asked for. Beyond it each is refused with 2001 and a time to come back. Higher lets one client hold its lane.</summary>
    public int MessagesPerSecond { get; set; } = 10_000;

    /// <summary>The same for all connections of one user on the node. Default 100,000: what a whole cluster is asked for; lower it where users are people.</summary>
    public int MessagesPerSecondPerUser { get; set; } = 100_000;

    /// <summary>The same for all connections from one address (of IPv6: one /64). Default 200,000, so that a load test from one machine passes; lower it where clients have addresses of their own.</summary>
    public int MessagesPerSecondPerAddress { get; set; } = 200_000;

    /// <summary>Bytes a second of the frames of one connection; 0: no limit. Default 16 MiB: 64 of the largest payloads. Beyond it frames are refused with 2001. Together with RateBurst it must hold one payload. Higher lets one client fill the histories and the links of all who listen.</summary>
    public int BytesPerSecond { get; set; } = 16 * 1024 * 1024;

    /// <summary>The same for all connections of one user on the node. Default 128 MiB: a gigabit link.</summary>
    public int BytesPerSecondPerUser { get; set; } = 128 * 1024 * 1024;

    /// <summary>The same for all connections from one address (of IPv6: one /64). Default 256 MiB, two gigabit links.</summary>
    public int BytesPerSecondPerAddress { get; set; } = 256 * 1024 * 1024;

    /// <summary>Joins a second of one connection; 0: no limit. Default 200: a client that comes back joins up to MaxRooms at once. Beyond it join is refused with 2001. A join may read a history, so more of them cost more than messages.</summary>
    public int JoinsPerSecond { get; set; } = 200;

    /// <summary>The same for all connections of one user on the node. Default 20,000: all of a user's connections that come back at once.</summary>
    public int JoinsPerSecondPerUser { get; set; } = 20_000;

    /// <summary>The same for all connections from one address (of IPv6: one /64). Default 40,000: 20,000 connections that come back at once to two rooms each.</summary>
    public int JoinsPerSecondPerAddress { get; set; } = 40_000;

    /// <summary>How much of its rate an unused bucket saves up. Default 2 s, so that a burst of twice the rate passes at once. Longer lets bursts through that others feel; shorter refuses clients that batch.</summary>
    public TimeSpan RateBurst { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection may go on to be refused for its rate, without a second's pause, before it is closed (4106). Default 10 s: time for a client to hear of it and slow down. Each refusal costs an answer.</summary>
    public TimeSpan RateTolerance { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Memory that the marks below are measured against. Default 0: the limit of the container (cgroup), else the machine's memory. Higher than what there is means no protection.</summary>
    public long MaxMemoryBytes { get; set; }

    /// <summary>Resident memory, in percent of MaxMemoryBytes, from which on new connections are answered 503; 0: never. Default 85: room for a collection of the heap and for what the connected ones still take. Higher risks the kernel's out-of-memory killer.</summary>
    public int MemoryHighWaterPercent { get; set; } = 85;

    /// <summary>Where new connections are let in again. Default 80; the gap keeps it from flapping.</summary>
    public int MemoryLowWaterPercent { get; set; } = 80;

    /// <summary>Resident memory from which on idle anonymous connections are closed (4103), the longest idle first; 0: never. Default 92. Ends at MemoryHighWaterPercent.</summary>
    public int MemoryShedPercent { get; set; } = 92;

    /// <summary>CPU of the process over CpuWindow, in percent of the cores it may use, from which on new connections are answered 503; 0: never. Default 95: beyond it whoever is connected waits longer with each who comes.</summary>
    public int CpuHighWaterPercent { get; set; } = 95;

    /// <summary>Where new connections are let in again. Default 85; the gap keeps it from flapping.</summary>
    public int CpuLowWaterPercent { get; set; } = 85;

    /// <summary>CPU from which on idle anonymous connections are closed (4103); 0, the default: never, since an idle connection costs next to no CPU. Ends at CpuHighWaterPercent.</summary>
    public int CpuShedPercent { get; set; }

    /// <summary>Over how long CPU is averaged. Default 10 s: longer than a collection of the heap or a wave of reconnects. Longer notices overload later.</summary>
    public TimeSpan CpuWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How fast idle anonymous connections are shed. Default 500 a second, as when draining. Higher sends more of them to other nodes at once.</summary>
    public int ShedPerSecond { get; set; } = 500;

    /// <summary>How long a connection must have said nothing (pongs apart) to count as idle. Default 60 s. Shorter sheds people who read.</summary>
    public TimeSpan ShedIdleTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Files (sockets are files) of those the process may open, `ulimit -n`, that new connections leave alone. Default 128: what a node opens for itself to reach Redis, NATS and Kafka again, for uploads and for ffmpeg. Beyond it who comes waits in the kernel until others have gone (Linux).</summary>
    public int SpareFiles { get; set; } = 128;

    /// <summary>Lanes. Default 0: one for each core. More than cores only switch between each other.</summary>
    [FixedAtStart("rooms and connections are spread over the lanes by their number")]
    public int LaneCount { get; set; }

    /// <summary>Commands that may wait for a lane before publishes are refused (2002). Default 65,536, about 100 ms of work. Higher lets them wait longer instead.</summary>
    public int MaxPendingCommands { get; set; } = 65_536;

    /// <summary>How fast a draining node sends its clients away. Default 500 a second: what the nodes that take them can let in without delaying others.</summary>
    public int DrainPerSecond { get; set; } = 500;

    /// <summary>Between goaway and the close frame. Default 1 s: time for what is under way to be acknowledged. Longer makes the drain longer.</summary>
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(1);
}
