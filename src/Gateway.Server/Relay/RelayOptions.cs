using System.ComponentModel.DataAnnotations;
using Gateway.Server.Cluster;
using Gateway.Server.Operations;

namespace Gateway.Server.Relay;

/// <summary>How rooms reach over nodes. In force only in a cluster. All nodes of a cluster should have the same values.</summary>
internal sealed class RelayOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Relay";

    /// <summary>How long a publish waits for the room's owner before its publisher is told `unavailable, retry`. Default 8 s: longer than a shard is without an owner after a death (a lease, 3 s, and its detection). Shorter turns a take-over into errors.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ForwardTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a join waits for the room's owner to say where the room stands. Default 8 s, as for a publish.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan FollowTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Without any answer for so long, what was asked of an owner is asked again. Default 1 s: far beyond a round trip, well below the time-outs. Shorter repeats what is only slow.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a node says to a room's owner up to where it has the room; what was lost last is found so. Default 10 s. Shorter costs a message of some 60 bytes for each room that often.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An owner whose room has gone quiet for so long says once more up to where it has sent, so that a lost last message is found. Default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan HeadDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a question who is in a room waits for the room's owner; then this node answers with the users that it knows of. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan RosterTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Publishes that may be under way from this node to the owners of their rooms at a time, shared out among its lanes. Default 20,000: a second of the 20,000 a second that a Redis stores; beyond it publishers are told 2002, overloaded. More only wait longer. Each holds its message.</summary>
    [Range(1, 10_000_000)]
    public int MaxForwards { get; set; } = 20_000;

    /// <summary>How many nodes stand by for each shard: beside the owner they know where its rooms stand and have their latest transient messages, so that a take-over starts warm. Default 2, three copies with the owner's. Each costs the owner some 60 bytes for each turn in which a room gets messages, and the transient ones once more, for each stand-in that has no members in the room. 0: a take-over starts with the history alone; rooms without one start anew.</summary>
    [Range(0, HashRing.StandInCount)]
    public int StandIns { get; set; } = HashRing.StandInCount;

    /// <summary>Rooms of other owners for which a node stands by. Default 200,000: with two stand-ins a node stands by for twice as many rooms as it owns, up to 100,000. Each takes some 300 bytes. Beyond it a room is taken over cold.</summary>
    [Range(0, 10_000_000)]
    public int MaxStandInRooms { get; set; } = 200_000;

    /// <summary>All transient messages that a node keeps for the rooms for which it stands by. Default 128 MiB, twice what it may keep for its own; beyond it they are not taken over.</summary>
    [Range(0, long.MaxValue)]
    public long MaxStandInBytes { get; set; } = 128L * 1024 * 1024;
}
