using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// Accepts the connections of one listening socket and deals them out to the lanes in turn. Belongs to the first lane.
/// </summary>
/// <remarks>
/// <para>One acceptor and not SO_REUSEPORT: the kernel deals by hash, so a lane may get far more connections than another, and what waits in a closed socket's queue is lost.</para>
/// <para>They are taken as fast as they come and dealt out a few in a turn. In the kernel they may not wait: its queue (net.core.somaxconn, 4,096 as a rule) drops what it has no place for, and a client that
/// is dropped asks again after a second, then after two.</para>
/// <para>Invariant: none is taken while the lowest free number of a file, which it would get, is one of those that are spare.</para>
/// </remarks>
internal sealed class LaneAcceptor : WheelEntry, IReady, ILaneWork
{
    private const int StartCode = 1;
    private const int StopCode = 2;

    // Then the connections that are there already get their turn.
    private const int MaxDealtPerTurn = 64;

    // About a millisecond and a half.
    private const int MaxTakenPerTurn = 256;

    // Two seconds' worth of upgrades: who is behind them does better to ask again.
    private const int MaxWaiting = 32 * 1024;

    // As long as all numbers that were seen are that far below those that are spare there is no need to look: the next one is at most one higher than the highest in use.
    private const int Margin = 1024;

    // The limit of open files is hit: closing connections free some; asking more often would only spin.
    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly LaneSocketNode _node;
    private readonly TlsContext? _tls;
    private readonly Lane _lane;
    private readonly EpollPoller _poller;
    private readonly LaneListener _owner;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<(int Socket, IPAddress Address)> _waiting = new();
    private readonly int _file;
    private int _slot = -1;
    private bool _isDeferred;
    private bool _isPaused;

    /// <param name="listener">Listens already; the acceptor disposes of it.</param>
    /// <param name="tls">Null for plain TCP.</param>
    public LaneAcceptor(Socket listener, LaneSocketNode node, TlsContext? tls, LaneListener owner)
    {
        _listener = listener;
        listener.Blocking = false;
        _file = (int)listener.SafeHandle.DangerousGetHandle();
        _node = node;
        _tls = tls;
        _owner = owner;
        _lane = node.Lanes[0];
        _poller = LaneSocketNode.PollerOf(_lane);
    }

    public void Start() => _lane.Post(this, StartCode);

    /// <summary>Accepts nothing more and closes the listening socket.</summary>
    public Task StopAsync()
    {
        _lane.Post(this, StopCode);
        return _stopped.Task;
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case StartCode:
                _slot = _poller.Add(_file, this);
                break;
            case StopCode:
                // Who has been taken is no longer the kernel's to refuse: upgrades are still answered, though Kestrel takes nobody any more.
                Deal(_waiting.Count);
                Stop();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, "The acceptor knows no such command.");
        }
    }

    public void OnReady(EpollEvents events)
    {
        _isDeferred &= events != EpollEvents.None;
        if (!_isDeferred)
        {
            Accept();
        }
    }

    public override void OnDue()
    {
        _isPaused = false;
        Accept();
    }

    public void OnLaneStopped()
    {
        _slot = -1;
        Stop();
    }

    private void Accept()
    {
        var mayBeMore = !_isPaused && Take();
        Deal(MaxDealtPerTurn);
        if ((mayBeMore || _waiting.Count > 0) && _slot >= 0 && !_isDeferred)
        {
            // Not as a command: those of a turn are handled to the last one, and so the others would wait until nobody is left to be accepted.
            _isDeferred = true;
            _poller.Defer(this);
        }
    }

    // False when the kernel has no more, or no more can be had for now.
    private bool Take()
    {
        Span<byte> address = stackalloc byte[SocketAddresses.MaxBytes];
        var firstSpare = Libc.MaxFiles() - _node.Connections.Limits.SpareFiles;
        for (var i = 0; i < MaxTakenPerTurn && _waiting.Count < MaxWaiting && _slot >= 0; i++)
        {
            if (_node.HighestFile >= firstSpare - Margin && !IsFree(firstSpare))
            {
                _node.Connections.Lanes[_lane.Index].Counters.Limits.Hit(LimitName.SpareFiles);
                Pause();
                return false;
            }

            var length = address.Length;
            var socket = Libc.Accept(_file, ref MemoryMarshal.GetReference(address), ref length, Libc.NonBlocking | Libc.CloseOnExec);
            if (socket >= 0)
            {
                _waiting.Enqueue((socket, SocketAddresses.Read(address)));
                _node.HighestFile = Math.Max(_node.HighestFile, socket);
            }
            else if (!MayGoOn(Marshal.GetLastPInvokeError()))
            {
                return false;
            }
        }

        return true;
    }

    // Errors of the network on the new connection (man 2 accept) concern that connection only; the next one is asked for.
    private bool MayGoOn(int error)
    {
        switch (error)
        {
            case Libc.Again:
                return false;
            case Libc.TooManyFiles or Libc.TooManyFilesOfNode or Libc.NoBuffers or Libc.NoMemory:
                Pause();
                return false;
            default:
                return true;
        }
    }

    // Whether the lowest number that a file can get is below one. A new file tells.
    private static bool IsFree(long number)
    {
        var probe = Libc.CreateEvent(0, Libc.CloseOnExec);
        if (probe < 0)
        {
            return false;
        }

        _ = Libc.Close(probe);
        return probe < number;
    }

    private void Pause()
    {
        _node.OnFilesExhausted();
        _isPaused = true;
        _lane.ScheduleIn(this, FullPause);
    }

    private void Deal(int count)
    {
        for (var i = 0; i < count && _waiting.TryDequeue(out var next); i++)
        {
            Deal(next.Socket, next.Address);
        }
    }

    private void Deal(int socket, IPAddress address)
    {
        var lane = _node.Lanes.Next();
        if (_tls is { } tls)
        {
            lane.Post(new TlsHandshake(_node, tls, _owner, lane, socket, address), TlsHandshake.StartCode);
        }
        else
        {
            lane.Post(new LaneHandshake(_node, _owner, lane, socket, address), LaneHandshake.StartCode);
        }
    }

    private void Stop()
    {
        if (_slot >= 0)
        {
            _poller.Remove(_slot, _file);
            _slot = -1;
        }

        _lane.Timers.Cancel(this);
        while (_waiting.TryDequeue(out var next))
        {
            _ = Libc.Close(next.Socket);
        }

        _listener.Dispose();
        _stopped.TrySetResult();
    }
}
