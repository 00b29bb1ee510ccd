using System.Runtime.InteropServices;

namespace Gateway.Client;

/// <summary>A place in a room's order: behind the message with this offset.</summary>
/// <param name="Epoch">The life of the room's history; a new one means that offsets started anew.</param>
/// <param name="Offset">The number of the last message seen; 0 is before the first.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RoomPosition(long Epoch, long Offset);
