using System.Diagnostics.Metrics;

namespace Gateway.Nats;

/// <summary>How a <see cref="NatsConnection"/> connects and what it holds at most.</summary>
public sealed class NatsOptions
{
    /// <summary>
    /// One or more servers of a cluster: <c>nats://host:port</c>, <c>tls://host:port</c>, with <c>user:password@</c> or <c>token@</c> before the host if
    /// need be. The others are found through them.
    /// </summary>
    public IReadOnlyList<string> Servers { get; set; } = ["nats://127.0.0.1:4222"];

    /// <summary>Shown in the server's monitoring and as the tag <c>connection</c> of the metrics.</summary>
    public string Name { get; set; } = "gateway";

    /// <summary>Who we are; null (the default) for nobody, or what the address says.</summary>
    public NatsCredentials? Credentials { get; set; }

    /// <summary>TLS; by default when the server requires it.</summary>
    public NatsTlsOptions Tls { get; set; } = new();

    /// <summary>How the client comes back.</summary>
    public NatsReconnectOptions Reconnect { get; set; } = new();

    /// <summary>Whether the servers are tried in random order, which spreads clients over a cluster. True by default.</summary>
    public bool RandomizeServers { get; set; } = true;

    /// <summary>Whether servers that the configured ones tell of are used. True by default; false where the clients cannot reach those addresses.</summary>
    public bool UseDiscoveredServers { get; set; } = true;

    /// <summary>Whether the connection's own publishes are delivered to its own subscriptions. True by default, as in NATS.</summary>
    public bool Echo { get; set; } = true;

    /// <summary>
    /// What may wait to be sent, in bytes of the wire, also while there is no connection; beyond it a publish is answered
    /// <see cref="NatsPublishResult.Full"/>. 16 MiB by default: half a second of 100,000 messages of 300 bytes. More is memory, and messages that are old
    /// when they arrive.
    /// </summary>
    public long MaxPendingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Largest message (headers and payload) that is read; a server that sends a larger one is left. 64 MiB by default, the most a nats-server can be
    /// configured to. It is memory that a hostile server can make the client use.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Requests that may wait for their reply at once; beyond it they are answered <see cref="NatsRequestStatus.Refused"/>. 65,536 by default.</summary>
    public int MaxPendingRequests { get; set; } = 65_536;

    /// <summary>How long a connection, its TLS and its login may take together. 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the server is asked for a sign of life. 5 s by default: with two unanswered ones a dead server is noticed within 15 s.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many pings may be unanswered when the next is due. 2 by default, as in other clients.</summary>
    public int MaxPingsOutstanding { get; set; } = 2;

    /// <summary>How long one write (at most a chunk of 64 KiB, or one larger message) may take before the server counts as dead. 10 s by default, as the server's own deadline.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request waits when the caller does not say. 5 s by default.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a drain may take before the connection is closed anyway. 30 s by default.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the handlers may take for what one read brought before it is counted and told as a stall: while they run nothing is read, and a server
    /// closes a connection that does not read for 10 s. 200 ms by default.
    /// </summary>
    public TimeSpan HandlerStallThreshold { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Told what happens. None by default.</summary>
    public INatsObserver? Observer { get; set; }

    /// <summary>Makes the meter <c>Gateway.Nats</c>; null (the default) for one of the connection's own.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        if (Servers is null or { Count: 0 })
            throw new ArgumentException("Servers must name at least one server, such as nats://127.0.0.1:4222.");
        RequirePositive(MaxPendingBytes, nameof(MaxPendingBytes));
        RequirePositive(MaxMessageBytes, nameof(MaxMessageBytes));
        if (MaxMessageBytes > 1024 * 1024 * 1024)
            throw new ArgumentException("MaxMessageBytes must be 1 GiB at most.");
        RequirePositive(MaxPendingRequests, nameof(MaxPendingRequests));
        RequirePositive(MaxPingsOutstanding, nameof(MaxPingsOutstanding));
        foreach (var (value, name) in ((TimeSpan, string)[])
        [
            (ConnectTimeout, nameof(ConnectTimeout)), (PingInterval, nameof(PingInterval)), (WriteTimeout, nameof(WriteTimeout)),
            (RequestTimeout, nameof(RequestTimeout)), (DrainTimeout, nameof(DrainTimeout)), (HandlerStallThreshold, nameof(HandlerStallThreshold)),
            (Reconnect.InitialDelay, "Reconnect.InitialDelay"), (Reconnect.MaxDelay, "Reconnect.MaxDelay"),
        ])
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
                throw new ArgumentException($"{name} must be more than zero and at most a day, not {value}.");
        }
    }

    private static void RequirePositive(long value, string name)
    {
        if (value <= 0)
            throw new ArgumentException($"{name} must be more than zero, not {value}.");
    }
}
