using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets;

/// <summary>The Linux system calls of the lane-socket transport (man 2 of each name). Results below 0: <see cref="Marshal.GetLastPInvokeError"/> says why.</summary>
internal static partial class Libc
{
    public const int Interrupted = 4;           // EINTR
    public const int Again = 11;                // EAGAIN
    public const int TooManyFilesOfNode = 23;   // ENFILE
    public const int TooManyFiles = 24;         // EMFILE
    public const int NoBuffers = 105;           // ENOBUFS
    public const int NoMemory = 12;             // ENOMEM

    public const int CloseOnExec = 0x80000;     // EPOLL_CLOEXEC, EFD_CLOEXEC, SOCK_CLOEXEC
    public const int NonBlocking = 0x800;       // EFD_NONBLOCK, SOCK_NONBLOCK

    public const int EpollAdd = 1;
    public const int EpollRemove = 2;

    public const int Peek = 0x2;                // MSG_PEEK
    public const int DontWait = 0x40;           // MSG_DONTWAIT
    public const int NoSignal = 0x4000;         // MSG_NOSIGNAL

    public const int ShutdownWrite = 1;         // SHUT_WR

    public const int ReadWrite = 3;             // PROT_READ | PROT_WRITE
    public const int Shared = 1;                // MAP_SHARED
    public const int Populate = 0x8000;         // MAP_POPULATE

    // The C library has no names for these; the numbers are the same on all architectures.
    public const nint SetUpRingCall = 425;      // SYS_io_uring_setup
    public const nint EnterRingCall = 426;      // SYS_io_uring_enter

    private const nint UntakenRequest = 0x5411; // SIOCOUTQ
    private const int OpenFilesLimit = 7;       // RLIMIT_NOFILE
    private const int SocketLevel = 1;          // SOL_SOCKET
    private const int LingerOption = 13;        // SO_LINGER
    private const int TcpLevel = 6;             // IPPROTO_TCP
    private const int InfoOption = 11;          // TCP_INFO
    private const int UnsentOption = 25;        // TCP_NOTSENT_LOWAT

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreateEpoll(int flags);

    /// <param name="registration">One struct epoll_event.</param>
    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(int epoll, int operation, int file, ref byte registration);

    /// <param name="events">Place for <paramref name="maxEvents"/> structs epoll_event.</param>
    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitEpoll(int epoll, ref byte events, int maxEvents, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint WriteEvent(int file, in ulong increment, nint lengthBytes);

    /// <param name="address">Place for a struct sockaddr.</param>
    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int listener, ref byte address, ref int addressLength, int flags);

    /// <param name="address">Place for a struct sockaddr.</param>
    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    public static partial int RemoteAddress(int socket, ref byte address, ref int addressLength);

    /// <param name="address">Place for a struct sockaddr.</param>
    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int LocalAddress(int socket, ref byte address, ref int addressLength);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, ref byte buffer, nint lengthBytes, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, in byte buffer, nint lengthBytes, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    /// <summary>How many files the process may have open at present: their numbers are below it.</summary>
    public static long MaxFiles()
    {
        // struct rlimit { rlim_t rlim_cur; rlim_t rlim_max; }
        Span<long> limit = stackalloc long[2];
        return ReadLimit(OpenFilesLimit, ref MemoryMarshal.GetReference(limit)) == 0 && limit[0] >= 0 ? limit[0] : long.MaxValue;
    }

    /// <summary>Closes with a reset: what has not been sent is forgotten at once, instead of being held by the kernel for a peer that takes nothing.</summary>
    public static void CloseWithReset(int socket)
    {
        // struct linger { int l_onoff = 1; int l_linger = 0; }
        var linger = 1L;
        _ = SetOption(socket, SocketLevel, LingerOption, in linger, sizeof(long));
        _ = Close(socket);
    }

    /// <summary>How far the peer's kernel has taken what was sent. Place in our own buffer tells of it only when a third of that, which may be megabytes, is free.</summary>
    /// <returns>Null where it cannot be known.</returns>
    public static TakenBytes? CountTaken(int socket)
    {
        // struct tcp_info up to tcpi_bytes_acked (Linux 4.1): u32 tcpi_last_ack_recv at 56, u64 tcpi_bytes_acked at 120. What is left is asked first: what is taken in between counts twice, and not never.
        Span<byte> info = stackalloc byte[128];
        var length = info.Length;
        var left = CountLeft(socket);
        if (Option(socket, TcpLevel, InfoOption, ref MemoryMarshal.GetReference(info), ref length) != 0 || length < info.Length)
        {
            return null;
        }

        return new TakenBytes(MemoryMarshal.Read<ulong>(info[120..]), left, MemoryMarshal.Read<uint>(info[56..]));
    }

    /// <summary>Bytes that lie in our kernel because the peer's has not taken them; 0 where it cannot be known.</summary>
    public static int CountLeft(int socket) => ReadNumber(socket, UntakenRequest, out var left) == 0 ? left : 0;

    /// <summary>Has a socket take no more while it holds so much that it has not sent, and say that it takes more when half of it is gone. What a listening one accepts has it too. Where the kernel does not know this
    /// (Linux before 3.12) it goes on to hold what net.ipv4.tcp_wmem lets it.</summary>
    public static void LimitUnsent(Socket socket, int bytes) => _ = SetOption((int)socket.SafeHandle.DangerousGetHandle(), TcpLevel, UnsentOption, bytes, sizeof(int));

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nint lengthBytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nint lengthBytes);

    /// <param name="call"><see cref="SetUpRingCall"/>.</param>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SetUpRing(nint call, nint entries, ref SendRing.Parameters parameters);

    /// <param name="call"><see cref="EnterRingCall"/>.</param>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint EnterRing(nint call, nint ring, nint toSubmit, nint minComplete, nint flags, nint signals, nint signalsSize);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ReadNumber(int file, nint request, out int number);

    /// <param name="limit">Place for a struct rlimit.</param>
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int ReadLimit(int resource, ref long limit);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int Option(int socket, int level, int option, ref byte value, ref int lengthBytes);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int option, in long value, int lengthBytes);
}
