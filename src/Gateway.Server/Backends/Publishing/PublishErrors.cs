using Gateway.Protocol.Frames;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Publishing;

/// <summary>What a publish that was not taken is called on the wire.</summary>
internal static class PublishErrors
{
    /// <summary><see cref="ErrorCode.None"/> for one that was taken.</summary>
    public static ErrorCode Of(PublishStatus status) => status switch
    {
        PublishStatus.Accepted or PublishStatus.Duplicate => ErrorCode.None,
        PublishStatus.InvalidRoom => ErrorCode.InvalidRoom,
        PublishStatus.Forbidden => ErrorCode.Forbidden,
        PublishStatus.TooLarge => ErrorCode.TooLarge,
        PublishStatus.Overloaded => ErrorCode.Overloaded,
        _ => ErrorCode.Unavailable,
    };
}
