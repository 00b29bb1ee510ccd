using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations.Listening;

namespace Gateway.Server.Operations;

/// <summary>What concerns the node as a whole: where it listens and where it keeps its files.</summary>
internal sealed class NodeOptions : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = "Gateway";

    /// <summary>Characters of <see cref="PublicUrl"/>, which goes into each beat and each appointment.</summary>
    public const int MaxPublicUrlLength = 512;

    /// <summary>Address to listen on: `localhost`, an IP address, or `*` for all. Only this machine by default, so that a gateway on a laptop is not open to its network.</summary>
    [Required]
    public string Address { get; set; } = "localhost";

    /// <summary>Port for WebSocket and HTTP; 0 picks a free one. The environment variable `PORT` is read too.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 8080;

    /// <summary>Path at which clients open their WebSocket.</summary>
    [Required]
    public string Path { get; set; } = "/ws";

    /// <summary>Answers on `/echo` with what it receives, for conformance suites and load tools. It has no room limits: leave it off in production.</summary>
    public bool Echo { get; set; }

    /// <summary>Folder for accounts, keys, uploads and results, made when missing. Relative to the working directory.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Name of this node, shown to clients and in logs and metrics. The machine's name when empty.</summary>
    [StringLength(128)]
    public string Name { get; set; } = "";

    /// <summary>Where clients reach this very node, `wss://n1.example.com/ws`: nodes that stop send their clients there. Empty by default: behind a load balancer clients come back to it, and it chooses. Told only to nodes of the same cluster and to clients that are sent here.</summary>
    [StringLength(MaxPublicUrlLength)]
    public string PublicUrl { get; set; } = "";

    /// <summary>A file (or `/dev/fd/N`) that gets one line of JSON (url, process id, certificate) when the node is ready; for scripts that wait.</summary>
    public string? ReadyFile { get; set; }

    /// <summary>TLS on the one port.</summary>
    public TlsOptions Tls { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Path.StartsWith('/') || Path.AsSpan().IndexOfAny("?# ") >= 0)
            yield return new ValidationResult($"the path '{Path}' must begin with '/' and have no query, fragment or space.", [nameof(Path)]);
        if (Path.StartsWith("/health", StringComparison.OrdinalIgnoreCase) || Path.Equals("/metrics", StringComparison.OrdinalIgnoreCase))
            yield return new ValidationResult($"the path '{Path}' is taken by the node's own endpoints.", [nameof(Path)]);
        if (PublicUrl.Length > 0 && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url is { Scheme: "ws" or "wss", UserInfo: "", Fragment: "" }))
            yield return new ValidationResult($"the public URL '{PublicUrl}' must be ws://host/path or wss://host/path.", [nameof(PublicUrl)]);
        if (!ListenAddress.TryParse(Address, out _))
            yield return new ValidationResult($"the address '{Address}' must be 'localhost', '*' or an IP address.", [nameof(Address)]);
    }
}
