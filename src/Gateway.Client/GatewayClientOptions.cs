using System.Net.Security;
using System.Net.WebSockets;

namespace Gateway.Client;

/// <summary>What a <see cref="GatewayClient"/> needs to know. Read once, when the client is made; later changes have no effect.</summary>
public sealed class GatewayClientOptions
{
    /// <summary>
    /// The WebSocket addresses of the gateway (<c>ws://host/ws</c>, <c>wss://…</c>), best first. When the connection to one breaks, the others
    /// are tried at once; each round of attempts starts with the first. At least one is needed.
    /// </summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>
    /// Gives the token (a JWT) for each connection and each refresh; null admits the client as anonymous where the gateway allows that.
    /// Called by one caller at a time, but on any thread. When it throws, the attempt counts as failed and is repeated with back-off.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>>? TokenProvider { get; set; }

    /// <summary>How frames are encoded. <see cref="GatewaySubprotocol.MessagePack"/> by default.</summary>
    public GatewaySubprotocol Subprotocol { get; set; }

    /// <summary>What the client calls itself in the gateway's records. Null leaves it out.</summary>
    public string? Agent { get; set; } = "gateway-dotnet/1";

    /// <summary>How the client comes back after a loss.</summary>
    public ReconnectOptions Reconnect { get; } = new();

    /// <summary>How long one attempt may take from the first packet to <c>welcome</c>. 10 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how much silence the client asks whether the gateway is still there. Null (the default) takes the interval from <c>welcome</c>,
    /// 30 s as a rule.
    /// </summary>
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>How long the gateway has for an answer to that question before the connection is given up. 5 s by default.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the network may take to accept what is sent before the connection is given up. 15 s by default.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long <see cref="GatewayClient.CloseAsync"/> waits for the gateway's side of the closing handshake. 2 s by default.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a call (join, leave, presence, state, history, send) may take, waiting for a connection included, before it fails with
    /// <see cref="GatewayFailure.TimedOut"/>. 30 s by default. Publishes have no such limit: they wait until they are acknowledged.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before its end a token is replaced in band. 30 s by default, but never more than half of its life.</summary>
    public TimeSpan TokenRefreshMargin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the client compares its positions with the rooms' heads, to find a silently lost last message. 30 s by default.</summary>
    public TimeSpan HeadCheckInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many messages of one room may wait for the application. 1,024 by default. See <see cref="RoomSubscription.ReadAllAsync"/> for
    /// what happens beyond.
    /// </summary>
    public int MaxBufferedMessages { get; set; } = 1024;

    /// <summary>How many payload bytes of one room may wait for the application; one message is always let in. 4 MiB by default.</summary>
    public int MaxBufferedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many publishes may wait for their acknowledgement, sent or not. 1,000 by default. A further one fails at once with <see cref="GatewayFailure.OutboxFull"/>.</summary>
    public int MaxOutboxMessages { get; set; } = 1000;

    /// <summary>How many payload bytes these publishes may hold. 8 MiB by default.</summary>
    public long MaxOutboxBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// How many publishes to one room may be on their way at once. 1 by default, which keeps the order in every case: the next goes out when
    /// the one before is acknowledged. More is faster over a long line, and keeps the order over reconnects; but when the gateway turns one away for
    /// a moment (rate limit, overload), those already on their way may be stored before its repetition.
    /// </summary>
    public int MaxPublishesInFlightPerRoom { get; set; } = 1;

    /// <summary>
    /// For how long the gateway remembers an idempotency key. 2 minutes by default, as the protocol has it. A publish that was sent, not answered, and
    /// cannot be repeated within this time fails with <see cref="GatewayFailure.Unconfirmed"/> rather than risk a duplicate.
    /// </summary>
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many calls may wait for an answer. 1,024 by default. A further one fails at once with <see cref="GatewayFailure.TooManyCalls"/>.</summary>
    public int MaxPendingCalls { get; set; } = 1024;

    /// <summary>
    /// The largest WebSocket message the client takes. 4 MiB by default: a batch of messages of the greatest size the gateway lets in by default.
    /// A larger one ends the connection, so that a broken peer cannot fill the memory.
    /// </summary>
    public int MaxReceiveBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether to offer permessage-deflate (RFC 7692, without context takeover). Off by default: it costs CPU on both sides.</summary>
    public bool Compression { get; set; }

    /// <summary>
    /// Decides about the server's certificate under <c>wss</c>. Null (the default) checks it as the operating system does. One that returns true for
    /// everything gives the connection to whoever is in the middle.
    /// </summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; set; }

    /// <summary>For what is not an option here: a proxy, client certificates, headers. Called for each attempt, after the client has set its own.</summary>
    public Action<ClientWebSocketOptions>? ConfigureWebSocket { get; set; }

    /// <summary>Turns values into payloads and back for the methods that take or give values. Simple values and JSON-like objects by default.</summary>
    public IPayloadSerializer Serializer { get; set; } = PayloadSerializer.Default;

    /// <summary>The clock and the timers. The system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>A number in [0, 1) for each back-off. Tests put a known sequence here.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;

    /// <summary>A copy that later changes do not reach, checked.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message says which and why.</exception>
    internal GatewayClientOptions Freeze()
    {
        Require(Endpoints.Count > 0, $"{nameof(Endpoints)} is empty: add the gateway's address, for example ws://localhost:8080/ws.");
        foreach (var endpoint in Endpoints)
        {
            Require(
                endpoint is { IsAbsoluteUri: true, Scheme: "ws" or "wss" },
                $"{nameof(Endpoints)} has {endpoint}, which is no absolute ws:// or wss:// address.");
        }

        Require(Reconnect.InitialDelay > TimeSpan.Zero, $"{nameof(Reconnect.InitialDelay)} must be more than zero.");
        Require(Reconnect.MaxDelay >= Reconnect.InitialDelay, $"{nameof(Reconnect.MaxDelay)} must not be less than {nameof(Reconnect.InitialDelay)}.");
        Require(Reconnect.AttemptsBeforeFailure > 0, $"{nameof(Reconnect.AttemptsBeforeFailure)} must be at least 1.");
        Require(ConnectTimeout > TimeSpan.Zero, $"{nameof(ConnectTimeout)} must be more than zero.");
        Require(HeartbeatInterval is null || HeartbeatInterval > TimeSpan.Zero, $"{nameof(HeartbeatInterval)} must be more than zero.");
        Require(HeartbeatTimeout > TimeSpan.Zero, $"{nameof(HeartbeatTimeout)} must be more than zero.");
        Require(SendTimeout > TimeSpan.Zero, $"{nameof(SendTimeout)} must be more than zero.");
        Require(CallTimeout > TimeSpan.Zero, $"{nameof(CallTimeout)} must be more than zero.");
        Require(HeadCheckInterval > TimeSpan.Zero, $"{nameof(HeadCheckInterval)} must be more than zero.");
        Require(MaxBufferedMessages > 0, $"{nameof(MaxBufferedMessages)} must be at least 1.");
        Require(MaxBufferedBytes > 0, $"{nameof(MaxBufferedBytes)} must be at least 1.");
        Require(MaxOutboxMessages > 0, $"{nameof(MaxOutboxMessages)} must be at least 1.");
        Require(MaxOutboxBytes > 0, $"{nameof(MaxOutboxBytes)} must be at least 1.");
        Require(MaxPublishesInFlightPerRoom > 0, $"{nameof(MaxPublishesInFlightPerRoom)} must be at least 1.");
        Require(MaxPendingCalls > 0, $"{nameof(MaxPendingCalls)} must be at least 1.");
        Require(MaxReceiveBytes >= 1024, $"{nameof(MaxReceiveBytes)} must be at least 1,024.");
        var copy = (GatewayClientOptions)MemberwiseClone();
        copy.FrozenEndpoints = [.. Endpoints];
        return copy;
    }

    /// <summary>The endpoints as they were when the client was made.</summary>
    internal Uri[] FrozenEndpoints { get; private set; } = [];

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
            throw new ArgumentException(sentence);
    }
}
