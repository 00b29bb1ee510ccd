using Gateway.Protocol.Frames;
using Gateway.Server.Connections;

namespace Gateway.Server.Backends.Publishing;

/// <summary>What a message to a user that reached nobody is called on the wire.</summary>
internal static class DirectErrors
{
    /// <param name="count">As <see cref="IDirectSender.OnSent"/> is told.</param>
    public static ErrorCode Of(int count) => count switch
    {
        > 0 => ErrorCode.None,
        IDirectSender.Unavailable => ErrorCode.Unavailable,
        _ => ErrorCode.UserOffline,
    };
}
