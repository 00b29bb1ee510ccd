using System.Runtime.InteropServices;

namespace Gateway.Server.Lanes;

/// <summary>One entry of a lane's queue: 32 bytes, no allocation.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LaneCommand(ILaneWork Target, int Code, object? Argument, long Number);
