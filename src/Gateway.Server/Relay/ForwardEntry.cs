using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>One publish on its way to the owner.</summary>
internal struct ForwardEntry
{
    public string Room;
    public byte[] RoomUtf8;

    /// <summary>Null: it has been answered.</summary>
    public Publication? Publication;

    /// <summary>The publisher gave no key, so the word "duplicate" would tell it nothing.</summary>
    public bool HasOwnKey;

    /// <summary>A second try may not do harm: the message is stored with its key.</summary>
    public bool IsRepeatable;

    /// <summary>It has been sent before, under another number: nobody knows what became of that.</summary>
    public bool IsRepeated;

    /// <summary>When it was taken, in lane milliseconds.</summary>
    public long Since;
}
