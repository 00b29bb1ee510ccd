namespace Gateway.Server.Connections.Sockets;

/// <summary>What became ready (man 2 epoll_ctl).</summary>
[Flags]
internal enum EpollEvents : uint
{
    /// <summary>Nothing new from the kernel: whoever asked for another turn gets it.</summary>
    None = 0,
    In = 0x1,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,

    /// <summary>The peer will send no more.</summary>
    ReadHangUp = 0x2000,

    /// <summary>Told once for each change, not as long as it lasts.</summary>
    EdgeTriggered = 1u << 31,
}
