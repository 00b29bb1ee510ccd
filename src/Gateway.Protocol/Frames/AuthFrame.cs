using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>A fresh token, before the old one expires.</summary>
/// <remarks><c>[3, id int, token str]</c>, sent by clients.</remarks>
public readonly ref struct AuthFrame : IFrame<AuthFrame>
{
    /// <inheritdoc/>
    public static Op Op => Op.Auth;

    /// <summary>Comes back in the answer; 0 asks for none.</summary>
    public int Id { get; init; }

    /// <summary>A JWT of the same subject.</summary>
    public ReadOnlySpan<byte> Token { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(scoped in RawFrame frame, out AuthFrame value, out ErrorCode error)
    {
        var fields = frame.ReadFields();
        if (fields.TryId(out var id)
            && fields.TryText(out var token, 1, FrameLimits.MaxTokenBytes))
        {
            value = new AuthFrame
            {
                Id = id,
                Token = token,
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
        FieldWriter.Begin(ref writer, Op, 2);
        writer.WriteInt(Id);
        writer.WriteStringUtf8(Token);
    }
}
