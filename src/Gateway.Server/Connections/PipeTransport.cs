using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections;

/// <summary>
/// A connection over Kestrel's pipes: plain or TLS, any platform. Kestrel's threads move bytes between socket and pipe; whatever becomes ready is
/// posted to the lane, which does the rest.
/// </summary>
/// <remarks>
/// <para>Invariant: at most one read and one flush are under way; each is seen to its end on the lane before the pipe's half is completed. The connection is over when neither is under way
/// and the end has been decided.</para>
/// <para>No task and no state machine per connection: the awaiters are kept in fields and their continuations are two cached delegates that post a command. Hot path.</para>
/// </remarks>
internal sealed class PipeTransport : ITransport, ILaneWork
{
    private const int ReadCode = 1;
    private const int FlushCode = 2;

    // So many reads that complete at once are handled in a row; then others on the lane get their turn.
    private const int MaxReadsInRow = 8;

    // What is copied into the pipe at a time: Kestrel pauses the writer at 64 KiB, so more would only wait there.
    private const int MaxCopiedBytes = 64 * 1024;

    private readonly Lane _lane;
    private readonly Action _abort;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly Action _onRead;
    private readonly Action _onFlushed;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ValueTaskAwaiter<ReadResult> _read;
    private ValueTaskAwaiter<FlushResult> _flush;
    private ITransportOwner? _owner;
    private Exception? _flushFault;
    private bool _isReading;
    private bool _isFlushing;
    private bool _isWritableWanted;
    private bool _isPaused;
    private bool _isEnding;
    private bool _isOver;
    private bool _endedByPeer;

    /// <param name="pipe">Its halves are completed by the transport.</param>
    /// <param name="abort">Ends the connection under the pipe at once; what is under way on the pipe then ends by itself.</param>
    public PipeTransport(Lane lane, IDuplexPipe pipe, Action abort)
    {
        _lane = lane;
        _abort = abort;
        _input = pipe.Input;
        _output = pipe.Output;
        _onRead = () => _lane.Post(this, ReadCode);
        _onFlushed = () => _lane.Post(this, FlushCode);
    }

    /// <summary>Completes when the connection is over and the pipe's halves have been completed.</summary>
    public Task Ended => _ended.Task;

    public void Start(ITransportOwner owner)
    {
        _owner = owner;
        ReadOn();
    }

    public int Send(ReadOnlySpan<ReadOnlyMemory<byte>> buffers)
    {
        if (_isFlushing || _isEnding)
        {
            _isWritableWanted = true;
            return 0;
        }

        var taken = 0;
        var offered = 0;
        foreach (var buffer in buffers)
        {
            offered += buffer.Length;
            var part = buffer.Span[..Math.Min(buffer.Length, MaxCopiedBytes - taken)];
            _output.Write(part);
            taken += part.Length;
        }

        if (!TryBeginFlush())
        {
            return taken;
        }

        if (_flush.IsCompleted)
        {
            EndIfCompleted();

            // A longer offer than one copy: the owner asks again itself when told.
            if (taken < offered && !_isEnding)
            {
                _lane.Post(this, FlushCode, argument: this);
                _isWritableWanted = true;
            }

            return taken;
        }

        _isFlushing = true;
        _isWritableWanted = true;
        _flush.UnsafeOnCompleted(_onFlushed);
        return taken;
    }

    public int File => -1;

    public void OnShortSend(int sent) => throw new NotSupportedException();

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        if (_isPaused)
        {
            _isPaused = false;
            ReadOn();
        }
    }

    public void Shutdown() => End(byPeer: false);

    public void Abort()
    {
        _abort();
        End(byPeer: false);
    }

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case ReadCode when argument is not null:
                ReadOn();
                break;
            case ReadCode:
                _isReading = false;
                if (Take(ref _read))
                {
                    ReadOn();
                }

                break;
            case FlushCode when argument is not null:
                Writable();
                break;
            default:
                FinishFlush();
                break;
        }

        CompleteIfOver();
    }

    // Reads until nothing is there, the owner pauses, or others should have their turn.
    private void ReadOn()
    {
        for (var i = 0; i < MaxReadsInRow; i++)
        {
            if (_isReading || _isPaused || _isEnding)
            {
                CompleteIfOver();
                return;
            }

            if (!TryBeginRead())
            {
                CompleteIfOver();
                return;
            }

            if (!_read.IsCompleted)
            {
                _isReading = true;
                _read.UnsafeOnCompleted(_onRead);
                return;
            }

            if (!Take(ref _read))
            {
                CompleteIfOver();
                return;
            }
        }

        _lane.Post(this, ReadCode, argument: this);
    }

    // Gives the owner what a finished read has brought. False: reading is over.
    private bool Take(ref ValueTaskAwaiter<ReadResult> read)
    {
        ReadResult result;
        try
        {
            result = read.GetResult();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Reset by the peer, aborted by us, or a TLS record that does not decrypt.
            End(byPeer: true);
            return false;
        }

        var buffer = result.Buffer;
        if (!_isEnding && !buffer.IsEmpty)
        {
            try
            {
                _owner!.OnReceived(ref buffer);
            }
            catch (Exception e)
            {
                // What the fault has left half done cannot go on.
                _lane.Report(e);
                buffer = buffer.Slice(buffer.End);
                Abort();
            }
        }

        // Paused: what is left comes again at once on resuming. Else it is looked at again only when more has come.
        _input.AdvanceTo(buffer.Start, _isPaused ? buffer.Start : result.Buffer.End);
        if (result.IsCompleted)
        {
            End(byPeer: true);
        }

        return !_isEnding;
    }

    private void FinishFlush()
    {
        _isFlushing = false;
        EndIfCompleted();
        Writable();
    }

    // The reader of what we write has gone: so has the peer.
    private void EndIfCompleted()
    {
        try
        {
            if (_flush.GetResult().IsCompleted)
            {
                End(byPeer: true);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            _flushFault = e;
            End(byPeer: true);
        }
    }

    private void Writable()
    {
        if (_isWritableWanted && !_isEnding && !_isFlushing)
        {
            _isWritableWanted = false;
            _owner!.OnWritable();
        }
    }

    // A pipe whose other half has failed already throws here, not when the result is fetched: a peer may reset before its first read.
    private bool TryBeginRead()
    {
        try
        {
            _read = Awaiter(_input.ReadAsync());
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            End(byPeer: true);
            return false;
        }
    }

    private bool TryBeginFlush()
    {
        try
        {
            _flush = Awaiter(_output.FlushAsync());
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            _flushFault = e;
            End(byPeer: true);
            return false;
        }
    }

    // Kept in a field and looked at once, after it has completed: that is what a ValueTask allows.
    private static ValueTaskAwaiter<T> Awaiter<T>(ValueTask<T> task) => task.GetAwaiter();

    private void End(bool byPeer)
    {
        if (_isEnding)
        {
            return;
        }

        _isEnding = true;
        _endedByPeer = byPeer;
        if (_isReading)
        {
            _input.CancelPendingRead();
        }
        else
        {
            // The decision may have been taken deep inside the owner's own call: the end is handled in a turn of its own.
            _lane.Post(this, ReadCode, argument: this);
        }
    }

    private void CompleteIfOver()
    {
        if (!_isEnding || _isReading || _isFlushing || _isOver)
        {
            return;
        }

        _isOver = true;
        CompletePipe();
        try
        {
            _owner!.OnClosed(_endedByPeer);
        }
        finally
        {
            // Whatever the owner does: Kestrel waits for this, and the connection counts until then.
            _ended.SetResult();
        }
    }

    // Over a stream this closes it, and may throw. The owner must hear of the end all the same, or the connection would count for ever.
    private void CompletePipe()
    {
        try
        {
            _input.Complete();
        }
        catch (Exception e)
        {
            _lane.Report(e);
        }

        try
        {
            // Without the fault a stream's writer would write once more, and wait for it, what the flush could not.
            _output.Complete(_flushFault);
        }
        catch (Exception e)
        {
            _lane.Report(e);
        }
    }
}
