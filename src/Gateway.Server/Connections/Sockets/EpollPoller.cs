using System.ComponentModel;
using System.Runtime.InteropServices;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// Watches the sockets of one lane with epoll, edge-triggered: a file is registered once, for both directions, and never again. Belongs to its lane, except <see cref="Wake"/>.
/// </summary>
/// <remarks>
/// <para>Invariant: an edge that was told is used up when it is handled or kept by <see cref="Defer"/>; nobody else remembers it.</para>
/// <para>An event names a slot and the slot's generation, not the file: within one batch a file may be closed and its number given to another, which must not get the old one's event.</para>
/// <para>Hot path: one system call a turn, no allocation.</para>
/// </remarks>
internal sealed class EpollPoller : IPoller
{
    /// <summary>What one read brings at most, and what several small buffers are put together in for one write.</summary>
    public const int BufferBytes = 64 * 1024;

    private const int MaxEvents = 1024;
    private const ulong WakeToken = ulong.MaxValue;

    // struct epoll_event { uint32_t events; epoll_data_t data; }, packed on x86 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int EventBytes = DataOffset + 8;

    private readonly Action<Exception> _onFault;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Lock _wakeLock = new();
    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * EventBytes, pinned: true);
    private readonly Stack<int> _free = new();
    private IReady?[] _entries = new IReady?[64];
    private uint[] _generations = new uint[64];
    private List<IReady> _deferred = [];
    private List<IReady> _deferredBefore = [];
    private int _slotCount;
    private int _readyCount;
    private bool _isDisposed;

    /// <exception cref="Win32Exception">The system gives no more files.</exception>
    public EpollPoller(Action<Exception> onFault)
    {
        _onFault = onFault;
        _epoll = Checked(Libc.CreateEpoll(Libc.CloseOnExec));
        _wake = Checked(Libc.CreateEvent(0, Libc.CloseOnExec | Libc.NonBlocking));
        Register(_wake, EpollEvents.In | EpollEvents.EdgeTriggered, WakeToken);
    }

    public bool HasWork => DeferredCount > 0;

    /// <summary>Entries that are called in the next turn.</summary>
    public int DeferredCount => _deferred.Count;

    /// <summary>Files that are watched.</summary>
    public int Count => _slotCount - _free.Count;

    /// <summary>Where bytes are received; used within one call.</summary>
    public byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    /// <summary>Where small buffers are put together for one write; used within one call.</summary>
    public byte[] SendBuffer { get; } = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    public void Wait(int timeoutMilliseconds)
    {
        _readyCount = Libc.WaitEpoll(_epoll, ref MemoryMarshal.GetArrayDataReference(_events), MaxEvents, timeoutMilliseconds);
        if (_readyCount < 0 && Marshal.GetLastPInvokeError() is not Libc.Interrupted and var error)
        {
            // Not to be expected of a file of our own. Reported, and waited for, so that the lane does not spin on it.
            _onFault(new Win32Exception(error));
            Thread.Yield();
        }
    }

    public bool Dispatch()
    {
        var worked = DispatchDeferred();
        for (var i = 0; i < _readyCount; i++)
        {
            var registration = _events.AsSpan(i * EventBytes, EventBytes);
            var token = MemoryMarshal.Read<ulong>(registration[DataOffset..]);
            if (token == WakeToken)
            {
                // Not read: each write to it is a new edge, and the count overflows after 2^64 of them.
                continue;
            }

            var slot = (int)(uint)token;
            if (_generations[slot] == (uint)(token >> 32) && _entries[slot] is { } entry)
            {
                worked = true;
                Tell(entry, (EpollEvents)MemoryMarshal.Read<uint>(registration));
            }
        }

        _readyCount = 0;
        return worked;
    }

    /// <summary>Has an entry called in the lane's next turn, whatever its file does.</summary>
    public void Defer(IReady entry) => _deferred.Add(entry);

    /// <summary>Watches a file from now on. What is ready already is told as well.</summary>
    /// <returns>The slot of the entry, for <see cref="Replace"/> and <see cref="Remove"/>.</returns>
    /// <exception cref="Win32Exception">The system watches no more files.</exception>
    public int Add(int file, IReady entry)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slotCount++;
            if (slot == _entries.Length)
            {
                Array.Resize(ref _entries, slot * 2);
                Array.Resize(ref _generations, slot * 2);
            }
        }

        _entries[slot] = entry;
        try
        {
            const EpollEvents Both = EpollEvents.In | EpollEvents.Out | EpollEvents.ReadHangUp | EpollEvents.EdgeTriggered;
            Register(file, Both, ((ulong)_generations[slot] << 32) | (uint)slot);
        }
        catch (Win32Exception)
        {
            Free(slot);
            throw;
        }

        return slot;
    }

    /// <summary>From now on another one is told what the slot's file does.</summary>
    public void Replace(int slot, IReady entry) => _entries[slot] = entry;

    /// <summary>Ends the watch.</summary>
    /// <param name="openFile">The file when it lives on elsewhere; -1 when it is closed, which ends the kernel's watch by itself.</param>
    public void Remove(int slot, int openFile = -1)
    {
        if (openFile >= 0)
        {
            _ = Libc.ControlEpoll(_epoll, Libc.EpollRemove, openFile, ref MemoryMarshal.GetReference(stackalloc byte[16]));
        }

        Free(slot);
    }

    public void Wake()
    {
        // A sender may come too late: the number of the file is somebody else's then. Nearly never contended: of many senders one wakes a sleeping lane.
        lock (_wakeLock)
        {
            if (!_isDisposed)
            {
                _ = Libc.WriteEvent(_wake, 1UL, sizeof(ulong));
            }
        }
    }

    /// <summary>The lane has ended: every file that is still watched is let go.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            // The numbers of the files may be somebody else's by now.
            return;
        }

        lock (_wakeLock)
        {
            _isDisposed = true;
        }

        for (var slot = 0; slot < _slotCount; slot++)
        {
            _entries[slot]?.OnLaneStopped();
        }

        _ = Libc.Close(_wake);
        _ = Libc.Close(_epoll);
    }

    private static int Checked(int file) => file >= 0 ? file : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private bool DispatchDeferred()
    {
        if (_deferred.Count == 0)
        {
            return false;
        }

        // What is deferred again meanwhile belongs to the next turn.
        (_deferred, _deferredBefore) = (_deferredBefore, _deferred);
        foreach (var entry in _deferredBefore)
        {
            Tell(entry, EpollEvents.None);
        }

        _deferredBefore.Clear();
        return true;
    }

    // One entry's fault must not lose the edges of the others in the batch.
    private void Tell(IReady entry, EpollEvents events)
    {
        try
        {
            entry.OnReady(events);
        }
        catch (Exception e)
        {
            _onFault(e);
        }
    }

    private void Free(int slot)
    {
        _entries[slot] = null;
        _generations[slot]++;
        _free.Push(slot);
    }

    private void Register(int file, EpollEvents events, ulong token)
    {
        Span<byte> registration = stackalloc byte[16];
        BitConverter.TryWriteBytes(registration, (uint)events);
        BitConverter.TryWriteBytes(registration[DataOffset..], token);
        if (Libc.ControlEpoll(_epoll, Libc.EpollAdd, file, ref MemoryMarshal.GetReference(registration)) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
