using System.ComponentModel.DataAnnotations;
using Gateway.Nats;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Operations.Messaging;

/// <summary>
/// The NATS server. With it a node serves backends over NATS; together with `Gateway:Redis:Configuration` it is a member of a cluster. Without it a node is alone.
/// </summary>
internal sealed class NatsSettings : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Nats";

    /// <summary>One or more servers, parted by commas: `nats://host:4222`, or `tls://host:4222`. The other servers of their cluster are found through them. No NATS when empty. Better no password in it: use the settings below, which no log shows.</summary>
    [Secret]
    public string Url { get; set; } = "";

    /// <summary>User, with `Password`.</summary>
    public string User { get; set; } = "";

    /// <summary>The user's password.</summary>
    [Secret]
    public string Password { get; set; } = "";

    /// <summary>A token that all clients share.</summary>
    [Secret]
    public string Token { get; set; } = "";

    /// <summary>Path of a credentials file (a JWT and the seed of its nkey) as `nsc` writes it; read anew at each connect, so it may be replaced at any time.</summary>
    public string CredentialsFile { get; set; } = "";

    /// <summary>Seed of an nkey, such as `SUA…`.</summary>
    [Secret]
    public string NKeySeed { get; set; } = "";

    /// <summary>TLS to the server.</summary>
    public NatsTlsSettings Tls { get; set; } = new();

    /// <summary>Bytes that may wait to be sent, also while there is no connection. Default 16 MiB: half a second of 100,000 messages of 300 bytes. More is memory, and messages that are old when they arrive.</summary>
    [Range(64 * 1024L, 1024L * 1024 * 1024)]
    public long MaxPendingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How often the server is asked for a sign of life. Default 2 s: with two unanswered ones a server that hangs is left within 6 s. Shorter is noise, and a busy server may miss it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the server may be away before the node says that it is not ready. Default 10 s: a restart of the server takes less, and a node that is taken out of traffic loads the others.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ReadinessGrace { get; set; } = TimeSpan.FromSeconds(10);

    public bool IsOn => !string.IsNullOrWhiteSpace(Url);

    public IReadOnlyList<string> GetServers() => Url.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn)
            yield break;
        if (GetServers().Count == 0)
            yield return new ValidationResult("the value names no server.", [nameof(Url)]);
        foreach (var server in GetServers())
        {
            if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("nats" or "tls") || url.Host.Length == 0)
                yield return new ValidationResult("each server must be like 'nats://host:4222' or 'tls://host:4222', several parted by commas.", [nameof(Url)]);
        }

        int ways = new[] { User, Token, CredentialsFile, NKeySeed }.Count(value => !string.IsNullOrEmpty(value));
        if (ways > 1)
            yield return new ValidationResult("choose one of User, Token, CredentialsFile and NKeySeed.");
        if (string.IsNullOrEmpty(User) != string.IsNullOrEmpty(Password))
            yield return new ValidationResult("User and Password belong together.", [nameof(User)]);
        if (!string.IsNullOrEmpty(CredentialsFile) && !File.Exists(CredentialsFile))
            yield return new ValidationResult($"the file '{CredentialsFile}' does not exist.", [nameof(CredentialsFile)]);
        if (!string.IsNullOrEmpty(NKeySeed) && !IsSeed(NKeySeed))
            yield return new ValidationResult("the value is no seed of an nkey.", [nameof(NKeySeed)]);
    }

    private static bool IsSeed(string text)
    {
        try
        {
            NatsCredentials.NKey(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
