using System.Runtime.InteropServices;

namespace Gateway.Server.Operations.Metrics;

/// <summary>A number alone on its cache lines (128 bytes: adjacent lines are fetched in pairs), so that two cores that count do not fight over one.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct PaddedLong
{
    [FieldOffset(0)]
    public long Value;
}
