using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>
/// Carries the bytes of a lane's TLS connection to Kestrel and back through two pipes. Belongs to its lane, except <see cref="Abort"/> and Kestrel's ends of the pipes.
/// </summary>
/// <remarks>
/// <para>Back-pressure: while Kestrel has <see cref="PipeBytes"/> unread, the transport does not read; while the transport is blocked, Kestrel's pipe fills up to the same mark.</para>
/// <para>While Kestrel writes it is Kestrel that judges how slow a client may be. Once Kestrel has said all, the client has the write time-out for each part of the rest that it takes, and the close time-out to end its half.</para>
/// <para>Invariant: at most one read and one flush are under way; each is seen to its end on the lane before the pipe's half is completed.</para>
/// </remarks>
internal sealed class HttpBridge : WheelEntry, ITransportOwner, ILaneWork, IThreadPoolWorkItem
{
    private const int ReadCode = 1;
    private const int FlushCode = 2;
    private const int AbortCode = 3;
    private const int EndCode = 4;
    private const int GoOnCode = 5;

    // What Kestrel's own transport lets wait in the direction of the client.
    private const int PipeBytes = 64 * 1024;
    private const int MaxReadsInRow = 8;
    private const int MaxBuffers = 16;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.ThreadPool,
        useSynchronizationContext: false);

    private readonly Lane _lane;
    private readonly ITransport _transport;
    private readonly TimeSpan _writeTimeout;
    private readonly TimeSpan _closeTimeout;
    private readonly Pipe _toServer = new(Options);
    private readonly Pipe _toClient = new(Options);
    private readonly ReadOnlyMemory<byte>[] _buffers = new ReadOnlyMemory<byte>[MaxBuffers];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TakingWatch _watch = new();
    private readonly Action _onRead;
    private readonly Action _onFlushed;
    private ValueTaskAwaiter<ReadResult> _read;
    private ValueTaskAwaiter<FlushResult> _flush;
    private BridgedConnection? _connection;
    private bool _isReading;
    private bool _isFlushing;
    private bool _isBlocked;
    private bool _isInputUnwanted;
    private bool _isShutDown;
    private bool _isOver;
    private bool _isCompleted;

    public HttpBridge(Lane lane, ITransport transport, TimeSpan writeTimeout, TimeSpan closeTimeout)
    {
        _lane = lane;
        _transport = transport;
        _writeTimeout = writeTimeout;
        _closeTimeout = closeTimeout;
        _onRead = () => _lane.Post(this, ReadCode);
        _onFlushed = () => _lane.Post(this, FlushCode);
    }

    /// <summary>What the client says; Kestrel's end.</summary>
    public PipeReader Input => _toServer.Reader;

    /// <summary>What Kestrel answers; Kestrel's end.</summary>
    public PipeWriter Output => _toClient.Writer;

    /// <summary>Completes when the socket is closed and nothing is under way on the pipes.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins to carry answers.</summary>
    public void Start(BridgedConnection connection)
    {
        _connection = connection;
        ReadOn();
    }

    /// <summary>Kestrel has said all; any thread.</summary>
    public void End() => _lane.Post(this, EndCode);

    /// <summary>Ends the connection at once; any thread.</summary>
    public void Abort() => _lane.Post(this, AbortCode);

    public void OnReceived(ref ReadOnlySequence<byte> bytes)
    {
        if (!_isInputUnwanted)
        {
            foreach (var part in bytes)
            {
                _toServer.Writer.Write(part.Span);
            }

            _flush = Awaiter(_toServer.Writer.FlushAsync());
            if (_flush.IsCompleted)
            {
                FinishFlush();
            }
            else
            {
                _isFlushing = true;
                _transport.PauseReading();
                _flush.UnsafeOnCompleted(_onFlushed);
            }
        }

        bytes = bytes.Slice(bytes.End);
    }

    public void OnWritable()
    {
        _isBlocked = false;
        ReadOn();
    }

    public void OnClosed(bool byPeer)
    {
        _isOver = true;
        _lane.Timers.Cancel(this);
        if (_isReading)
        {
            _toClient.Reader.CancelPendingRead();
        }

        if (_isFlushing)
        {
            _toServer.Writer.CancelPendingFlush();
        }

        CompleteIfOver();
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case ReadCode:
                _isReading = false;
                ReadOn(isRead: true);
                break;
            case GoOnCode:
                ReadOn();
                break;
            case FlushCode:
                _isFlushing = false;
                FinishFlush();
                if (!_isOver)
                {
                    _transport.ResumeReading();
                }

                break;
            case AbortCode when !_isOver:
                _transport.Abort();
                break;
            case EndCode when !_isOver && !_isShutDown:
                WatchEnd();
                break;
        }

        CompleteIfOver();
    }

    /// <summary>Kestrel has said all: looks whether the client still takes some of it. Asks the kernel, which holds so much that nothing may be written for long although the client takes all the time.</summary>
    public override void OnDue()
    {
        var taken = _transport.CountTaken();
        _watch.Look(_lane.Now, taken);
        if ((_isShutDown && taken is { IsAll: true }) || _lane.Now - _watch.Since >= (long)_writeTimeout.TotalMilliseconds)
        {
            _transport.Abort();
        }
        else
        {
            _lane.ScheduleIn(this, _closeTimeout);
        }
    }

    /// <summary>On the thread pool: whoever waits for the end may do anything, which is not for the lane.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _connection!.OnClosed();
        }
        catch (AggregateException e)
        {
            _lane.Report(e);
        }

        _ended.SetResult();
    }

    // To read and to take what was read throw what Kestrel completed its end with.
    private void ReadOn(bool isRead = false)
    {
        try
        {
            if (isRead)
            {
                Take();
            }

            ReadInRow();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void ReadInRow()
    {
        for (var i = 0; i < MaxReadsInRow; i++)
        {
            if (_isReading || _isBlocked || _isShutDown || _isOver)
            {
                return;
            }

            _read = Awaiter(_toClient.Reader.ReadAsync());
            if (!_read.IsCompleted)
            {
                _isReading = true;
                _read.UnsafeOnCompleted(_onRead);
                return;
            }

            Take();
        }

        // Others have their turn. A code of its own: before it comes a read may be under way again.
        _lane.Post(this, GoOnCode);
    }

    private void Take()
    {
        var result = _read.GetResult();
        var answer = result.Buffer;
        if (_isOver)
        {
            _toClient.Reader.AdvanceTo(answer.End);
            return;
        }

        var (taken, offered) = Send(answer);
        var isWhole = taken == answer.Length;
        _isBlocked = taken < offered;
        _toClient.Reader.AdvanceTo(answer.GetPosition(taken));
        if (isWhole && result.IsCompleted)
        {
            // Kestrel has said all; what the client still says is of no interest.
            _isShutDown = true;
            _isInputUnwanted = true;
            _transport.Shutdown();
            WatchEnd();
        }
    }

    private void WatchEnd()
    {
        if (!IsScheduled)
        {
            _watch.Begin(_lane.Now, _transport.CountTaken());
        }

        _lane.ScheduleIn(this, _closeTimeout);
    }

    private (int Taken, int Offered) Send(in ReadOnlySequence<byte> answer)
    {
        var count = 0;
        var offered = 0;
        foreach (var part in answer)
        {
            if (count == MaxBuffers)
            {
                break;
            }

            _buffers[count++] = part;
            offered += part.Length;
        }

        var taken = _transport.Send(_buffers.AsSpan(0, count));
        Array.Clear(_buffers, 0, count);
        return (taken, offered);
    }

    private void FinishFlush()
    {
        try
        {
            if (_flush.GetResult().IsCompleted)
            {
                _isInputUnwanted = true;
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    // What was left half done cannot go on. That the socket is closed then ends the rest.
    private void Fail(Exception fault)
    {
        _lane.Report(fault);
        if (!_isOver)
        {
            _transport.Abort();
        }
    }

    private void CompleteIfOver()
    {
        if (!_isOver || _isReading || _isFlushing || _isCompleted)
        {
            return;
        }

        _isCompleted = true;
        _toServer.Writer.Complete();
        _toClient.Reader.Complete();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Kept in a field and looked at once, after it has completed: that is what a ValueTask allows.
    private static ValueTaskAwaiter<T> Awaiter<T>(ValueTask<T> task) => task.GetAwaiter();
}
