using System.Runtime.InteropServices;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>
/// One place in an outbound queue: a WebSocket message that waits, or the mark that messages of a membership were dropped here, or nothing. Holds a reference to each buffer or message it names.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct OutboundItem
{
    /// <summary>The bytes; null for a mark and for nothing.</summary>
    public WireBuffer? Buffer;

    /// <summary>Set when the item is a single room message that may be conflated or dropped.</summary>
    public RoomMessage? Message;

    /// <summary>The membership it is for; null for answers.</summary>
    public Membership? Membership;

    /// <summary>How many transient messages were dropped here.</summary>
    public int LostTransientCount;

    /// <summary>The first dropped offset; 0 when only transient messages were dropped. Everything from here to <see cref="LostTo"/> is gone.</summary>
    public long LostFrom;

    /// <summary>The last dropped offset.</summary>
    public long LostTo;

    public readonly bool IsMark => LostTransientCount > 0 || LostTo > 0;

    public readonly bool IsNothing => Buffer is null && !IsMark;

    /// <summary>A mark for one dropped message.</summary>
    public static OutboundItem Mark(Membership membership, long offset) =>
        new() { Membership = membership, LostTransientCount = offset == 0 ? 1 : 0, LostFrom = offset, LostTo = offset };

    /// <summary>Adds the dropped messages of a later mark.</summary>
    public void Merge(OutboundItem later)
    {
        LostTransientCount += later.LostTransientCount;
        LostTo = Math.Max(LostTo, later.LostTo);
        LostFrom = LostFrom == 0 ? later.LostFrom : LostFrom;
    }

    public void Release()
    {
        Buffer?.Release();
        Message?.Release();
        this = default;
    }
}
