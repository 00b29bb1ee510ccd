using System.Runtime.InteropServices;

namespace Gateway.Transcoding.Processes;

/// <summary>The few calls the base library has no name for. Unix only; callers check.</summary>
internal static class LibC
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private const int ReadOnlyFlag = 0;

    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0;

    /// <summary>Makes the names in a directory durable, as fsync of a file makes its content.</summary>
    public static void FlushDirectory(string path)
    {
        var descriptor = Open(path, ReadOnlyFlag);
        if (descriptor < 0)
            throw new IOException($"Cannot open the directory '{path}' to flush it (errno {Marshal.GetLastPInvokeError()}).");

        try
        {
            if (FSync(descriptor) != 0)
                throw new IOException($"Cannot flush the directory '{path}' (errno {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
