using System.ComponentModel.DataAnnotations;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends;

/// <summary>A service that answers clients' requests over NATS.</summary>
internal sealed class ServiceOptions : IValidatableObject
{
    /// <summary>Who may call it: `anyone` (also without a token), `user`, `role:NAME`, `claim:NAME=VALUE`, `nobody`, or several of them parted by commas. Default `user`.</summary>
    [Required]
    public string Allow { get; set; } = "user";

    /// <summary>What the service is sent: `MessagePack` or `Json`. It may answer in either, with its Content-Type.</summary>
    public PayloadFormat Format { get; set; } = PayloadFormat.MessagePack;

    /// <summary>How long it may take. Default 5 s, less than the 10 s that clients wait, so that they hear the reason; longer than a client waits never counts against the service.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests without an answer at a time on this node; beyond it clients are told 2002, overloaded. Default 1,000.</summary>
    [Range(1, 65_536)]
    public int MaxPendingRequests { get; set; } = 1_000;

    /// <summary>Bytes of a request's payload. Default 256 KiB.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int MaxRequestBytes { get; set; } = 256 * 1024;

    /// <summary>Bytes of an answer's payload, in either format. Default 256 KiB.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int MaxReplyBytes { get; set; } = 256 * 1024;

    /// <summary>After so many time-outs in a row requests are refused at once (2000, unavailable). Default 5. One that nobody listens to is refused at once without that.</summary>
    [Range(1, 10_000)]
    public int BreakerFailures { get; set; } = 5;

    /// <summary>How long, before one request may try again. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Claims of the caller's token that the service is told, as headers `Gateway-Claim-NAME`. None by default.</summary>
    public string[] Claims { get; set; } = [];

    /// <summary>Whether the service is told the caller's room grants (the claim `rooms`), as header `Gateway-Rooms`.</summary>
    public bool TellRooms { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RoomRule.Parse(Allow, out var error) is null)
            yield return new ValidationResult($"{error}.", [nameof(Allow)]);
        else if (Allow.Split(',', StringSplitOptions.TrimEntries).Any(static word => word is "owner" or "granted"))
            yield return new ValidationResult("'owner' and 'granted' are about rooms; a service has neither.", [nameof(Allow)]);
        if (Claims.Any(static claim => claim.Length == 0 || claim.AsSpan().ContainsAnyExceptInRange('!', '~') || claim.Contains(':', StringComparison.Ordinal)))
            yield return new ValidationResult("a claim's name must be of visible ASCII characters without a colon, because it becomes a header.", [nameof(Claims)]);
    }
}
