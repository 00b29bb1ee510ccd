using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Clients;

/// <summary>The system calls of the event loop (Linux).</summary>
internal static partial class Libc
{
    public const int EpollIn = 0x001;
    public const int EpollOut = 0x004;
    public const int EpollRdHup = 0x2000;
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int EpollModify = 3;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int InterNetwork = 2;
    public const int Stream = 1;
    public const int SolSocket = 1;
    public const int SoError = 4;
    public const int SoReceiveBuffer = 8;
    public const int SoLinger = 13;
    public const int IpProtoIp = 0;
    public const int IpBindAddressNoPort = 24;
    public const int IpProtoTcp = 6;
    public const int TcpNoDelay = 1;
    public const int TcpMaxSegment = 2;
    public const int MsgNoSignal = 0x4000;
    public const int ClockMonotonic = 1;
    public const int TimerAbsolute = 1;
    public const int EIntr = 4;
    public const int EAgain = 11;
    public const int EInProgress = 115;

    /// <summary>The kernel packs struct epoll_event on x86-64 only.</summary>
    public static int EpollEventBytes { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where the event's data begins.</summary>
    public static int EpollDataOffset { get; } = EpollEventBytes - 8;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int file, ref byte epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, ref byte events, int maxEvents, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFile(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    public static partial int TimerCreate(int clock, int flags);

    /// <param name="file">The timer.</param>
    /// <param name="flags">Whether the time is absolute.</param>
    /// <param name="times">struct itimerspec: interval seconds, interval nanoseconds, seconds, nanoseconds.</param>
    /// <param name="old">Null.</param>
    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    public static partial int TimerSet(int file, int flags, ref long times, nint old);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, ref byte buffer, nint length);

    /// <summary>Nothing can be done about its errors, so it tells none.</summary>
    [LibraryImport("libc", EntryPoint = "close")]
    public static partial void Close(int file);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, ref byte address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, ref byte address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, ref int value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, ref int value, ref int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, ref byte buffer, nint length, int flags);
}
