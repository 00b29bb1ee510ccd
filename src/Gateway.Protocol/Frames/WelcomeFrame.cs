using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The answer to <c>hello</c>: the connection may be used.</summary>
/// <remarks><c>[2, version int, connection str, user str?, expiresAt int, heartbeat int, limits list, time int, node str]</c>, sent by the server.</remarks>
public readonly ref struct WelcomeFrame : IFrame<WelcomeFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Welcome;

    /// <summary>The version of the protocol that both will use.</summary>
    public int Version { get; init; }

    /// <summary>The connection's id.</summary>
    public ReadOnlySpan<byte> Connection { get; init; }

    /// <summary>The token's subject; empty for nil, when the client is anonymous.</summary>
    public ReadOnlySpan<byte> User { get; init; }

    /// <summary>When the token expires, in milliseconds since 1970; 0 for never.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>How long the server lets the connection be silent before it pings, in milliseconds.</summary>
    public int HeartbeatMilliseconds { get; init; }

    /// <summary>The limits of this node.</summary>
    public WelcomeLimits Limits { get; init; }

    /// <summary>The server's clock, in milliseconds since 1970.</summary>
    public long Time { get; init; }

    /// <summary>The name of the node.</summary>
    public ReadOnlySpan<byte> Node { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out WelcomeFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var version)
            && fields.TryText(out var connection, 1, int.MaxValue)
            && fields.TryOptionalText(out var user, int.MaxValue)
            && fields.TryLong(out var expiresAt)
            && fields.TryInt(out var heartbeatMilliseconds)
            && fields.TryAny(out var limits)
            && WelcomeLimits.TryRead(limits, out var known)
            && fields.TryLong(out var time)
            && fields.TryText(out var node, 0, int.MaxValue))
        {
            value = new WelcomeFrame
            {
                Version = version,
                Connection = connection,
                User = user,
                ExpiresAt = expiresAt,
                HeartbeatMilliseconds = heartbeatMilliseconds,
                Limits = known,
                Time = time,
                Node = node,
            };
            error = ErrorCode.None;
            return true;
        }

        value = default;
        error = fields.Error;
        return false;
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        FieldWriter.Begin(ref writer, Op, 8);
        writer.WriteInt(Version);
        writer.WriteStringUtf8(Connection);
        FieldWriter.Text(ref writer, User);
        writer.WriteInt(ExpiresAt);
        writer.WriteInt(HeartbeatMilliseconds);
        Limits.Write(ref writer);
        writer.WriteInt(Time);
        writer.WriteStringUtf8(Node);
    }
}
