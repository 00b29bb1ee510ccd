using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Gateway.Server.Operations;

namespace Gateway.Server.Backends;

/// <summary>What services of your own may do: over NATS when there is one, over HTTP with an API key.</summary>
internal sealed partial class BackendsOptions : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Backends";

    /// <summary>First token of all subjects. Default `gateway`. Gateways that share a NATS but no rooms need different ones. Whoever may publish below it is trusted: let `nats-server` say who may.</summary>
    [RegularExpression("^[A-Za-z0-9_-]{1,64}$", ErrorMessage = "{0} must be 1 to 64 letters, digits, - and _")]
    public string Prefix { get; set; } = "gateway";

    /// <summary>Messages over NATS that may wait for their rooms at a time; beyond it they are answered 2002, overloaded. Default 16,384: a tenth of a second at full speed. More is memory (each with its payload) and answers that come too late.</summary>
    [Range(1, 1_000_000)]
    public int MaxPendingPublishes { get; set; } = 16_384;

    /// <summary>Calls of `gateway.api.` that may wait; beyond it they are answered 2002, overloaded. Default 1,024, each at most a page of history.</summary>
    [Range(1, 100_000)]
    public int MaxPendingCalls { get; set; } = 1_024;

    /// <summary>Calls of `gateway.api.` worked on at a time. Default 8: they wait for lanes, not for a processor.</summary>
    [Range(1, 256)]
    public int MaxConcurrentCalls { get; set; } = 8;

    /// <summary>Bytes of history in one page of an answer. Default 512 KiB: NATS takes 1 MiB unless configured otherwise, and JSON is longer than what is counted here.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxHistoryBytes { get; set; } = 512 * 1024;

    /// <summary>Wrong API keys per minute and source address (IPv6: per /64) that are answered 401; beyond it 429. Default 30. A right key is never refused for others' wrong ones.</summary>
    [Range(1, 1_000_000)]
    public int RefusedKeysPerMinute { get; set; } = 30;

    /// <summary>The services that clients' requests reach, by name; see below.</summary>
    public Dictionary<string, ServiceOptions> Services { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys of the HTTP interface below `/api`, by name; without any there is no such interface. Two keys with different names let one take the other's place while both work.</summary>
    public Dictionary<string, ApiKeyOptions> ApiKeys { get; } = new(StringComparer.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var name in Services.Keys)
        {
            if (!ServiceName().IsMatch(name) || name == "gateway")
                yield return new ValidationResult($"the service '{name}' must be named with 1 to 64 letters, digits, - and _, and not 'gateway', which is the gateway's own.", [nameof(Services)]);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ServiceName();
}
