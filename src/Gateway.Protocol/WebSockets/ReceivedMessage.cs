namespace Gateway.Protocol.WebSockets;

/// <summary>
/// What <see cref="MessageReader.Read"/> found. The payload lies in the lane's scratch or the connection's buffer: it is valid until the
/// next Read with the same scratch or on the same connection, or the reader's Release; copy what must live longer.
/// </summary>
public readonly ref struct ReceivedMessage
{
    internal ReceivedMessage(Opcode opcode, ReadOnlySpan<byte> payload, CloseCode closeCode = CloseCode.None)
    {
        Opcode = opcode;
        Payload = payload;
        CloseCode = closeCode;
    }

    internal ReceivedMessage(FrameViolation violation)
    {
        Opcode = Opcode.Close;
        Violation = violation;
        CloseCode = violation.CloseCode();
    }

    /// <summary>Text or Binary for a message; otherwise the control frame's opcode. Close for a violation.</summary>
    public Opcode Opcode { get; }

    /// <summary>Unmasked, put together, inflated, checked to be UTF-8 where it is text. Of a close frame: the reason.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Of a close frame: its code, <see cref="CloseCode.NoStatus"/> if it has none. Of a violation: the code to close with.</summary>
    public CloseCode CloseCode { get; }

    /// <summary>Why the bytes were refused; None unless the status is <see cref="MessageReadStatus.Violation"/>.</summary>
    public FrameViolation Violation { get; }
}
