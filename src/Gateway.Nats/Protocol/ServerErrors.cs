namespace Gateway.Nats.Protocol;

/// <summary>What the texts of -ERR mean. The texts are nats-server's and have been stable; only their beginnings are compared.</summary>
internal static class ServerErrors
{
    private static readonly (string Text, NatsErrorCode Code)[] Table =
    [
        ("permissions violation for publish", NatsErrorCode.PublishDenied),
        ("permissions violation for subscription", NatsErrorCode.SubscribeDenied),
        ("permissions violation", NatsErrorCode.PermissionDenied),
        ("authorization violation", NatsErrorCode.AuthenticationFailed),
        ("authentication timeout", NatsErrorCode.AuthenticationTimeout),
        ("authorization timeout", NatsErrorCode.AuthenticationTimeout),
        ("user authentication expired", NatsErrorCode.AuthenticationExpired),
        ("account authentication expired", NatsErrorCode.AuthenticationExpired),
        ("user authentication revoked", NatsErrorCode.AuthenticationRevoked),
        ("slow consumer", NatsErrorCode.SlowConsumer),
        ("maximum payload", NatsErrorCode.PayloadTooLarge),
        ("maximum control line", NatsErrorCode.ControlLineTooLong),
        ("maximum connections", NatsErrorCode.TooManyConnections),
        ("maximum account active connections", NatsErrorCode.TooManyConnections),
        ("connection throttling", NatsErrorCode.TooManyConnections),
        ("maximum subscriptions", NatsErrorCode.TooManySubscriptions),
        ("stale connection", NatsErrorCode.StaleConnection),
        ("secure connection", NatsErrorCode.TlsRequired),
        ("invalid subject", NatsErrorCode.InvalidSubject),
        ("invalid publish subject", NatsErrorCode.InvalidSubject),
        ("invalid subscription subject", NatsErrorCode.InvalidSubject),
        ("unknown protocol operation", NatsErrorCode.ProtocolViolation),
        ("parser error", NatsErrorCode.ProtocolViolation),
        ("invalid client protocol", NatsErrorCode.ProtocolViolation),
        ("message headers not supported", NatsErrorCode.ProtocolViolation),
        ("no responders requires headers", NatsErrorCode.ProtocolViolation),
        ("attempted to connect to", NatsErrorCode.WrongPort),
        ("server shutdown", NatsErrorCode.ServerShutdown),
        ("connection closed", NatsErrorCode.ServerShutdown),
    ];

    public static NatsErrorCode Classify(ReadOnlySpan<char> text)
    {
        foreach (var (beginning, code) in Table)
        {
            if (text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return code;
        }

        return NatsErrorCode.ServerError;
    }

    /// <summary>Whether the server keeps the connection open after it.</summary>
    public static bool KeepsConnection(NatsErrorCode code) => code is
        NatsErrorCode.PublishDenied or NatsErrorCode.SubscribeDenied or NatsErrorCode.PermissionDenied or NatsErrorCode.InvalidSubject
        or NatsErrorCode.TooManySubscriptions;

    /// <summary>Whether the server refused who we are: another try with the same credentials will most likely fail as well.</summary>
    public static bool IsAuthentication(NatsErrorCode code) => code is
        NatsErrorCode.AuthenticationFailed or NatsErrorCode.AuthenticationExpired or NatsErrorCode.AuthenticationRevoked or NatsErrorCode.AuthenticationTimeout;

    /// <summary>Of a permission error the subject in its quotes.</summary>
    public static string? Subject(string text)
    {
        var start = text.IndexOf('"', StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('"', start + 1);
        return end < 0 ? null : text[(start + 1)..end];
    }
}
