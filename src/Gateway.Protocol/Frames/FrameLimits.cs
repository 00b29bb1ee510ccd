namespace Gateway.Protocol.Frames;

/// <summary>The limits of protocol/spec.md, section 4. What a node may configure is given with its default.</summary>
public static class FrameLimits
{
    /// <summary>A room's name, <c>kind:id</c>, in bytes. (A kind and an id of full length make 161, so one of them must be shorter.)</summary>
    public const int MaxRoomBytes = 160;

    /// <summary>The kind in a room's name, in bytes.</summary>
    public const int MaxRoomKindBytes = 32;

    /// <summary>The id in a room's name, in bytes.</summary>
    public const int MaxRoomIdBytes = 128;

    /// <summary>The name of an event, in bytes; it may be empty.</summary>
    public const int MaxEventBytes = 128;

    /// <summary>An idempotency or conflation key, in bytes.</summary>
    public const int MaxKeyBytes = 128;

    /// <summary>The name of a service, method or user, in bytes.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>A presence state, in bytes.</summary>
    public const int MaxStateBytes = 32;

    /// <summary>The data of a presence state, in bytes: it goes to every member that follows presence.</summary>
    public const int MaxStateDataBytes = 1024;

    /// <summary>A token or a ticket, in bytes.</summary>
    public const int MaxTokenBytes = 8 * 1024;

    /// <summary>What a client calls itself, in bytes.</summary>
    public const int MaxAgentBytes = 256;

    /// <summary>The users asked for in <c>presence</c>, the rooms in <c>heads</c>.</summary>
    public const int MaxListCount = 256;

    /// <summary>The messages of one <c>page</c>, or of a join's tail; more is read as this many.</summary>
    public const int MaxHistoryCount = 1_000;

    /// <summary>The longest a request may wait for its reply, in milliseconds.</summary>
    public const int MaxTimeoutMilliseconds = 60_000;

    /// <summary>How long a request waits that does not say, in milliseconds.</summary>
    public const int DefaultTimeoutMilliseconds = 10_000;

    /// <summary>A payload, in bytes, unless configured otherwise.</summary>
    public const int DefaultMaxPayloadBytes = 256 * 1024;

    /// <summary>A WebSocket message, in bytes, unless configured otherwise.</summary>
    public const int DefaultMaxMessageBytes = 1024 * 1024;

    /// <summary>How deep arrays and maps may be nested in a payload.</summary>
    public const int MaxPayloadDepth = 64;

    /// <summary>How deep in a frame: a <c>page</c> has its payloads in an entry, in a list, in the frame.</summary>
    public const int MaxFrameDepth = MaxPayloadDepth + 3;

    /// <summary>The greatest integer in any field: 2^53−1, the last that JavaScript's numbers hold.</summary>
    public const long MaxInteger = (1L << 53) - 1;
}
