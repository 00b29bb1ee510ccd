using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets;

/// <summary>Memory that is shared with the kernel through a file (mmap(2)).</summary>
internal sealed class MappedMemory : SafeBuffer
{
    private static readonly nint Failed = -1;    // MAP_FAILED

    private MappedMemory(nint address, int sizeBytes)
        : base(ownsHandle: true)
    {
        SetHandle(address);
        Initialize((ulong)sizeBytes);
    }

    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static MappedMemory Map(int file, long offset, int sizeBytes)
    {
        var address = Libc.Map(0, sizeBytes, Libc.ReadWrite, Libc.Shared | Libc.Populate, file, offset);
        return address != Failed ? new MappedMemory(address, sizeBytes) : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    protected override bool ReleaseHandle() => Libc.Unmap(handle, (nint)ByteLength) == 0;
}
