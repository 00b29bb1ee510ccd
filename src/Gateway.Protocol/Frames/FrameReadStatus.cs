namespace Gateway.Protocol.Frames;

/// <summary>What <see cref="FrameReader.TryReadNext"/> came to.</summary>
public enum FrameReadStatus
{
    /// <summary>A frame: well-formed MessagePack, an array with an op. Its fields have not been looked at.</summary>
    Frame = 0,

    /// <summary>The message has no more frames.</summary>
    End = 1,

    /// <summary>What comes next is no frame; answer <see cref="ErrorCode.Malformed"/>. The rest of the message is ignored.</summary>
    Malformed = 2,
}
