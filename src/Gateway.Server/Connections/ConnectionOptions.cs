using System.ComponentModel.DataAnnotations;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Sockets;

namespace Gateway.Server.Connections;

/// <summary>Who may open a WebSocket, and how.</summary>
internal sealed class ConnectionOptions : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = "Gateway:Connections";

    /// <summary>Lets clients in without a token, as nobody: they may do what the rule `anyone` allows. Off by default.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Origins (`https://app.example.com`) whose pages may connect, besides the gateway's own; `*` for all. Clients that are no browser send none and are not held to it. Empty by default: any other site could use a visitor's browser.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Agrees to permessage-deflate when a client offers it. Off by default: it saves bandwidth on large texts and costs CPU and delay on everything else. `/echo` always agrees.</summary>
    public bool Compression { get; set; }

    /// <summary>Addresses or networks (`10.0.0.0/8`) of proxies and load balancers in front, whose `X-Forwarded-For` is believed: limits per address then count the client's, not theirs. Empty by default: anybody could call himself anything.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>What carries the bytes: `LaneSocket`, where each lane reads and writes its own sockets (Linux; for TLS with OpenSSL 3; elsewhere pipes are used), or `Pipe`, Kestrel's pipes. The first by default: it takes a fraction of the memory and CPU.</summary>
    public TransportKind Transport { get; set; } = TransportKind.LaneSocket;

    /// <summary>With `LaneSocket`: what many connections have to send at the end of a turn goes to the kernel in few calls, through io_uring, where the kernel allows it. On by default: sending to 1,000 connections takes the node about a tenth less CPU. Off where io_uring is not wanted; `gateway_connections_ring_sends_total` shows whether it is used.</summary>
    public bool IoUring { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enum.IsDefined(Transport))
        {
            yield return new ValidationResult($"the transport '{Transport}' must be LaneSocket or Pipe.", [nameof(Transport)]);
        }

        foreach (var proxy in TrustedProxies.Where(static proxy => !AddressRules.TryParse(proxy, out _)))
        {
            yield return new ValidationResult($"the proxy '{proxy}' must be an address or a network like 10.0.0.0/8.", [nameof(TrustedProxies)]);
        }

        foreach (var origin in AllowedOrigins)
        {
            if (origin != "*" && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.AbsolutePath != "/" || origin.EndsWith('/')))
            {
                yield return new ValidationResult($"the origin '{origin}' must be scheme://host or scheme://host:port, or *.", [nameof(AllowedOrigins)]);
            }
        }
    }
}
