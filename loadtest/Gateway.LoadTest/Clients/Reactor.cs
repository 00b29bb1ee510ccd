using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Clients;

/// <summary>
/// The one event loop of a worker: it reads and writes all sockets (epoll), runs timers (timerfd, to the microsecond) and is the
/// synchronization context of every scenario, so that no part of a worker needs a lock.
/// </summary>
/// <remarks>Everything but <see cref="Post"/> belongs to the loop's thread. A buffer of the loop takes what arrives: an idle connection holds none.</remarks>
internal sealed class Reactor : SynchronizationContext, IPacer, IDisposable
{
    private const int MaxEvents = 512;
    private const int BufferBytes = 256 * 1024;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly int _timer;
    private readonly byte[] _events = new byte[MaxEvents * 16];
    private readonly byte[] _one = new byte[16];
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _remote = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _local = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private IReady?[] _ready = new IReady?[1024];
    private Thread? _thread;
    private long _timerSetTo = long.MaxValue;
    private int _isWoken;

    public Reactor()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("The load client needs Linux (epoll).");
        _epoll = Check(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");
        _wake = Check(Libc.EventFile(0, Libc.NonBlocking | Libc.CloseOnExec), "eventfd");
        _timer = Check(Libc.TimerCreate(Libc.ClockMonotonic, Libc.NonBlocking | Libc.CloseOnExec), "timerfd_create");
        Control(Libc.EpollAdd, _wake, Libc.EpollIn);
        Control(Libc.EpollAdd, _timer, Libc.EpollIn);
    }

    /// <summary>Nanoseconds of CLOCK_MONOTONIC, which is what Stopwatch reads on Linux.</summary>
    public long Now => Stopwatch.GetTimestamp();

    /// <summary>Where what arrives is put; valid until the next system call of the loop.</summary>
    public byte[] Buffer { get; } = new byte[BufferBytes];

    /// <summary>Where frames are made before they are sent.</summary>
    public byte[] Scratch { get; private set; } = new byte[BufferBytes];

    public bool IsHere => Thread.CurrentThread == _thread;

    /// <summary>Runs the loop on this thread until the task has ended.</summary>
    public void Run(Func<Task> main)
    {
        _thread = Thread.CurrentThread;
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = main();
            while (!task.IsCompleted)
                Turn();
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsHere)
        {
            _local.Enqueue((d, state));
            return;
        }

        _remote.Enqueue((d, state));
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            var one = BitConverter.GetBytes(1UL);
            Libc.Write(_wake, ref one[0], one.Length);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for the event loop; use Post.");

    /// <summary>Has a function run on the loop: at once when this is it.</summary>
    public Task<T> InvokeAsync<T>(Func<Task<T>> function)
    {
        if (IsHere)
            return function();
        var done = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => done.SetResult(function()), null);
        return done.Task.Unwrap();
    }

    public ValueTask WaitUntil(long time)
    {
        if (time <= Now)
            return ValueTask.CompletedTask;
        var waiter = new TaskCompletionSource();
        _waiting.Enqueue(waiter, time);
        return new ValueTask(waiter.Task);
    }

    public void Add(int file, IReady ready, int events)
    {
        if (file >= _ready.Length)
            Array.Resize(ref _ready, Math.Max(_ready.Length * 2, file + 1));
        _ready[file] = ready;
        Control(Libc.EpollAdd, file, events);
    }

    public void Modify(int file, int events) => Control(Libc.EpollModify, file, events);

    /// <summary>To be called before the file is closed, which ends the kernel's interest in it.</summary>
    public void Remove(int file) => _ready[file] = null;

    /// <summary>A scratch of at least this size.</summary>
    public byte[] ScratchOf(int size)
    {
        if (Scratch.Length < size)
            Scratch = new byte[size];
        return Scratch;
    }

    public void Dispose()
    {
        Libc.Close(_timer);
        Libc.Close(_wake);
        Libc.Close(_epoll);
    }

    private static int Check(int result, string call) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed");

    private void Turn()
    {
        RunPosted();
        RunTimers();
        SetTimer();
        var count = Libc.EpollWait(_epoll, ref _events[0], MaxEvents, _local.Count > 0 || !_remote.IsEmpty ? 0 : -1);
        for (var i = 0; i < count; i++)
        {
            var each = _events.AsSpan(i * Libc.EpollEventBytes, Libc.EpollEventBytes);
            var events = BitConverter.ToInt32(each);
            var file = BitConverter.ToInt32(each[Libc.EpollDataOffset..]);
            if (file == _wake)
            {
                Libc.Read(_wake, ref Buffer[0], 8);
                // Before the queue is looked at: whoever posts from now on wakes us again.
                Volatile.Write(ref _isWoken, 0);
            }
            else if (file == _timer)
            {
                Libc.Read(_timer, ref Buffer[0], 8);
                _timerSetTo = long.MaxValue;
            }
            else
            {
                // A file may be closed, and its number used again, by what came before it in this batch: who is told asks its own socket.
                _ready[file]?.OnReady(events);
            }
        }
    }

    private void RunPosted()
    {
        // Only what is there now: a callback that posts another must not keep the sockets waiting.
        for (var left = _local.Count; left > 0; left--)
        {
            var (callback, state) = _local.Dequeue();
            callback(state);
        }

        for (var left = _remote.Count; left > 0 && _remote.TryDequeue(out var next); left--)
            next.Callback(next.State);
    }

    private void RunTimers()
    {
        var now = Now;
        while (_waiting.TryPeek(out var waiter, out var time) && time <= now)
        {
            _waiting.Dequeue();
            waiter.SetResult();
        }
    }

    private void SetTimer()
    {
        if (!_waiting.TryPeek(out _, out var time) || time == _timerSetTo)
            return;
        _timerSetTo = time;
        Span<long> times = [0, 0, time / 1_000_000_000, time % 1_000_000_000];
        Check(Libc.TimerSet(_timer, Libc.TimerAbsolute, ref times[0], 0), "timerfd_settime");
    }

    private void Control(int operation, int file, int events)
    {
        var each = _one.AsSpan();
        each.Clear();
        BitConverter.TryWriteBytes(each, events);
        BitConverter.TryWriteBytes(each[Libc.EpollDataOffset..], file);
        Check(Libc.EpollControl(_epoll, operation, file, ref _one[0]), "epoll_ctl");
    }
}
