using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>The first frame of a connection: who the client is.</summary>
/// <remarks><c>[1, version int, token str?, ticket str?, agent str?]</c>, sent by clients.</remarks>
public readonly ref struct HelloFrame : IFrame<HelloFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Hello;

    /// <summary>The highest version of the protocol that the client speaks.</summary>
    public int Version { get; init; }

    /// <summary>A JWT; empty for nil, when the handshake had it or the client is anonymous.</summary>
    public ReadOnlySpan<byte> Token { get; init; }

    /// <summary>What <c>goaway</c> gave, to be let in first; empty for nil.</summary>
    public ReadOnlySpan<byte> Ticket { get; init; }

    /// <summary>What the client is, for logs; empty for nil.</summary>
    public ReadOnlySpan<byte> Agent { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out HelloFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryInt(out var version)
            && fields.TryOptionalText(out var token, FrameLimits.MaxTokenBytes)
            && fields.TryOptionalText(out var ticket, FrameLimits.MaxTokenBytes)
            && fields.TryOptionalText(out var agent, FrameLimits.MaxAgentBytes))
        {
            value = new HelloFrame
            {
                Version = version,
                Token = token,
                Ticket = ticket,
                Agent = agent,
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
        var fields = FieldWriter.Count(1, !Token.IsEmpty, !Ticket.IsEmpty, !Agent.IsEmpty);
        FieldWriter.Begin(ref writer, Op, fields);
        writer.WriteInt(Version);
        if (fields > 1)
            FieldWriter.Text(ref writer, Token);
        if (fields > 2)
            FieldWriter.Text(ref writer, Ticket);
        if (fields > 3)
            FieldWriter.Text(ref writer, Agent);
    }
}
