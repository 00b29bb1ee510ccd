using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>A call that waits to be sent or to be answered. Belongs to the session and is touched under its lock.</summary>
internal abstract class PendingCall(FrameWrite write, bool isRepeatable)
{
    public FrameWrite Write { get; } = write;

    /// <summary>Whether it may be sent again when the connection broke before the answer came.</summary>
    public bool IsRepeatable { get; } = isRepeatable;

    /// <summary>The id it was sent under; 0 while it waits.</summary>
    public int Id { get; set; }

    /// <summary>Nobody waits any more: whoever finds it in a queue leaves it out.</summary>
    public bool IsAbandoned { get; set; }

    public abstract void Answer(in RawFrame frame);

    public abstract void Fail(GatewayException exception);
}
