using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Rooms;

/// <summary>Everything about rooms that can be configured, <c>Gateway:Rooms</c>.</summary>
internal sealed class RoomsOptions : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = "Gateway:Rooms";

    private const string Members = "granted,role:admin,role:service";
    private const string Backends = "role:service,role:admin";

    /// <summary>The kinds of room. A kind that is configured is changed where it says so; new names add kinds.</summary>
    public Dictionary<string, RoomKindOptions> Kinds { get; } = new(StringComparer.Ordinal)
    {
        ["user"] = new() { Join = "owner,role:admin", Publish = Backends, Presence = "owner,role:admin", Priority = RoomPriority.High, MaxHistoryCount = 500 },
        ["project"] = new() { Join = Members, Publish = Members, Presence = Members, Priority = RoomPriority.High },
        ["job"] = new() { Join = "owner,role:admin,role:service", Publish = Backends, Presence = "owner,role:admin", Priority = RoomPriority.High, MaxHistoryCount = 200, MaxHistoryAge = TimeSpan.FromDays(7) },
        ["doc"] = new() { Join = Members, Publish = Members, Presence = Members, Priority = RoomPriority.High },
        ["story"] = new() { Join = Members, Publish = Members, Presence = Members },
        ["chat"] = new() { Join = "user", Publish = "user", Presence = "user" },
        ["live"] = new() { Durable = false, Join = "user", Publish = "user", Presence = "user", Priority = RoomPriority.High, MaxKeptKeys = 0 },
        ["system"] = new() { Join = "user", Publish = Backends, Presence = "role:admin", MaxHistoryCount = 200 },
        ["admin"] = new() { Durable = false, Join = "role:admin", Publish = Backends, Presence = "role:admin", Priority = RoomPriority.Low },
    };

    /// <summary>How long a member that dropped is still shown as present. Default 15 s: three attempts to reconnect.</summary>
    public TimeSpan PresenceGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Changes of presence are gathered for so long before they are sent. Default 100 ms. 0 makes a join of many members quadratic in messages.</summary>
    public TimeSpan PresenceInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Up to so many users the roster is complete; above, it is a sample with an exact count. Default 200, about 10 KB.</summary>
    public int MaxRosterCount { get; set; } = 200;

    /// <summary>A room nobody is in and nobody publishes to is forgotten after this time (its history stays). Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>All in-memory histories of the node together. Default 256 MiB; beyond it the rooms that were quiet for longest lose their oldest messages.</summary>
    public long MaxHistoryBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Rooms in use on the node, and histories kept in memory. Default 100,000, each about 1 KB while empty. Beyond it new rooms are refused (2002) and the quietest histories forgotten.</summary>
    public int MaxRooms { get; set; } = 100_000;

    /// <summary>All messages kept for conflation keys, for the node. Default 64 MiB; beyond it the latest values are still delivered but not kept for those who join later.</summary>
    public long MaxKeptBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Publishes that may wait for one room's history at a time. Default 10,000; beyond it publishers are told 2002, overloaded.</summary>
    public int MaxPendingPublishes { get; set; } = 10_000;

    /// <summary>
    /// Groups of messages that one lane has written at the same time, each for another shard. Default 4: enough to keep a store busy that answers within milliseconds. What waits goes together
    /// later; more are more and smaller writes, which cost a loaded store twice as much for each message.
    /// </summary>
    public int MaxConcurrentWrites { get; set; } = 4;

    /// <summary>A member that is behind reads so many messages at a time. Default 256.</summary>
    public int CatchUpPageCount { get; set; } = 256;

    /// <summary>... or so many bytes. Default 64 KiB, what a connection may queue before it counts as slow.</summary>
    public int CatchUpPageBytes { get; set; } = 64 * 1024;

    /// <summary>Idempotency keys remembered per room. Default 10,000; the oldest are forgotten first.</summary>
    public int MaxIdempotencyKeys { get; set; } = 10_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var errors = new List<string>();
        RoomKinds.Create(this, errors);
        if (PresenceGrace < TimeSpan.Zero || PresenceInterval < TimeSpan.Zero || IdleTimeout <= TimeSpan.Zero)
            errors.Add("PresenceGrace and PresenceInterval must not be negative, IdleTimeout must be positive.");
        if (MaxRosterCount < 1 || MaxHistoryBytes < 1 || MaxPendingPublishes < 1 || MaxConcurrentWrites < 1 || MaxIdempotencyKeys < 1 || MaxRooms < 1 || MaxKeptBytes < 1 || CatchUpPageCount < 1 || CatchUpPageBytes < 1)
            errors.Add("every Max… and CatchUp… must be at least 1.");
        return errors.Select(static sentence => new ValidationResult(sentence));
    }
}
