namespace Gateway.Protocol.WebSockets;

/// <summary>What a call of <see cref="MessageReader.Read"/> came to.</summary>
public enum MessageReadStatus
{
    /// <summary>All that was there has been taken in (but for an incomplete frame header); call again when more has arrived.</summary>
    NeedMore,

    /// <summary>A whole text or binary message.</summary>
    Message,

    /// <summary>A ping; answer with a pong of the same payload.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer's close frame. The reader is finished.</summary>
    Close,

    /// <summary>The peer broke the rules or a limit: close with <see cref="ReceivedMessage.CloseCode"/>. The reader is finished.</summary>
    Violation,
}
