using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>One kind of frame: an array <c>[op, field, field, …]</c> (protocol/spec.md, sections 2 and 4).</summary>
/// <typeparam name="TSelf">The frame.</typeparam>
public interface IFrame<TSelf>
    where TSelf : IFrame<TSelf>, allows ref struct
{
    /// <summary>The op that marks this kind of frame.</summary>
    static abstract Op Op { get; }

    /// <summary>Reads the fields of a frame whose op has been looked at already.</summary>
    /// <param name="frame">The frame, of this kind's op.</param>
    /// <param name="value">The fields; its spans are parts of the message.</param>
    /// <param name="error">What to answer when a field is missing, of a wrong type or outside its limits.</param>
    static abstract bool TryRead(scoped in RawFrame frame, out TSelf value, out ErrorCode error);

    /// <summary>Writes the frame; nil fields at its end are left out. Limits are the caller's to keep.</summary>
    void Write(ref MessagePackWriter writer);
}
