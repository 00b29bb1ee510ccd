using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Storage.Redis;

/// <summary>The Redis that nodes share, <c>Gateway:Redis</c>. Nothing is used of it, and this node keeps all in its memory, unless <see cref="Configuration"/> is set.</summary>
internal sealed class RedisOptions : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = "Gateway:Redis";

    /// <summary>
    /// Where Redis (7 or later) is, in the form of StackExchange.Redis: <c>host:6379,password=…,ssl=true</c>; of a Redis Cluster, or a master with replicas, all servers:
    /// <c>a:6379,b:6379,c:6379</c>. Empty: no Redis. Not printed, because it may hold a password.
    /// </summary>
    [Secret]
    public string Configuration { get; set; } = "";

    /// <summary>What all keys begin with, behind a brace: <c>{gateway:17}:…</c>, where 17 is the shard. Default <c>gateway</c>. Gateways that share a Redis and not their rooms need different ones.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "KeyPrefix is 1 to 64 letters, digits, dots, hyphens or underscores.")]
    public string KeyPrefix { get; set; } = "gateway";

    /// <summary>How long a read, a lease, a ticket waits for its answer. Default 2 s: below what a client waits before it asks again. Short ones turn every hiccup into an error.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the writing of messages is tried before their publishers are told <c>unavailable, retry</c>. Default 5 s: a restart of Redis passes unnoticed. Longer, and publishes pile up
    /// behind it, up to <c>Gateway:Rooms:MaxPendingPublishes</c> a room.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan AppendTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Redis may be gone before the node counts as not ready. Default 10 s: longer than a restart or a fail-over.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ReadinessGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages that one call writes. Default 500, some 2 ms of Redis' time, in which it answers nobody else.</summary>
    [Range(1, 10_000)]
    public int MaxAppendCount { get; set; } = 500;

    /// <summary>... or so many bytes. Default 1 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxAppendBytes { get; set; } = 1024 * 1024;

    /// <summary>Whether there is a Redis.</summary>
    internal bool IsConfigured => Configuration.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConfigured)
        {
            yield break;
        }

        if (RedisConnection.TryParse(Configuration) is not { } configuration)
        {
            yield return new ValidationResult("Configuration is not in the form host:port,option=value,… of StackExchange.Redis.");
        }
        else if (!string.IsNullOrEmpty(configuration.ServiceName))
        {
            yield return new ValidationResult("Configuration has a serviceName, and Redis Sentinel is not supported: name the servers themselves, master and replicas, or the nodes of a Redis Cluster.");
        }
    }
}
