using System.Globalization;
using System.Net;

namespace Gateway.Nats.Connections;

/// <summary>Where a server is, and how to speak to it. Its text has no credentials.</summary>
internal sealed record ServerAddress(string Host, int Port)
{
    public const int DefaultPort = 4222;

    /// <summary>Of <c>tls://</c>: no connection without TLS.</summary>
    public bool RequiresTls { get; init; }

    /// <summary>Of <c>nats://user:password@host</c> or <c>nats://token@host</c>.</summary>
    public NatsCredentials? Credentials { get; init; }

    /// <summary>The name its certificate must have: of a server that was found by its address, the name of the one that told of it.</summary>
    public string TlsHost { get; init; } = Host;

    /// <exception cref="FormatException">It is no address. The message does not repeat it: it may hold a password.</exception>
    public static ServerAddress Parse(string text)
    {
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : "nats://" + text, UriKind.Absolute, out var uri) || uri.Scheme is not ("nats" or "tls") || uri.Host.Length == 0
            || uri.PathAndQuery is not ("/" or ""))
            throw new FormatException("A NATS server is given as nats://host:port or tls://host:port, with user:password@ or token@ before the host if need be.");
        return new ServerAddress(uri.IdnHost.Trim('[', ']'), uri.Port > 0 ? uri.Port : DefaultPort)
        {
            RequiresTls = uri.Scheme == "tls",
            Credentials = ParseUserInfo(uri.UserInfo),
        };
    }

    /// <summary>A server that INFO told of, as host:port; null when that is none.</summary>
    public static ServerAddress? FromInfo(string text, ServerAddress toldBy)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > ushort.MaxValue)
            return null;
        var host = text[..colon].Trim('[', ']');
        return host.Length == 0 ? null : new ServerAddress(host, port)
        {
            RequiresTls = toldBy.RequiresTls,
            Credentials = toldBy.Credentials,
            TlsHost = IPAddress.TryParse(host, out _) ? toldBy.TlsHost : host,
        };
    }

    public bool IsSamePlace(ServerAddress other) => Port == other.Port && Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static NatsCredentials? ParseUserInfo(string text)
    {
        if (text.Length == 0)
            return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? NatsCredentials.Token(Uri.UnescapeDataString(text))
            : NatsCredentials.UserPassword(Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }
}
