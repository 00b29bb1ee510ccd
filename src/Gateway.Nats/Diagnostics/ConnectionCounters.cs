namespace Gateway.Nats.Diagnostics;

/// <summary>What a connection counts beside its outbox. Each figure has one writer at a time, so plain additions do; readers see it sooner or later.</summary>
internal sealed class ConnectionCounters
{
    private long _receivedMessages;
    private long _receivedBytes;
    private long _writes;
    private long _connects;
    private long _errors;
    private long _stalls;
    private long _handlerFaults;
    private long _droppedMessages;

    public long ReceivedMessages => Volatile.Read(ref _receivedMessages);

    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    public long Writes => Volatile.Read(ref _writes);

    public long Reconnects => Math.Max(0, Volatile.Read(ref _connects) - 1);

    public long Errors => Volatile.Read(ref _errors);

    public long Stalls => Volatile.Read(ref _stalls);

    public long HandlerFaults => Volatile.Read(ref _handlerFaults);

    public long DroppedMessages => Volatile.Read(ref _droppedMessages);

    public void CountReceived(int bytes)
    {
        Volatile.Write(ref _receivedMessages, _receivedMessages + 1);
        Volatile.Write(ref _receivedBytes, _receivedBytes + bytes);
    }

    public void CountWrite() => Volatile.Write(ref _writes, _writes + 1);

    public void CountConnect() => Interlocked.Increment(ref _connects);

    public void CountError() => Interlocked.Increment(ref _errors);

    public void CountStall() => Interlocked.Increment(ref _stalls);

    public void CountHandlerFault() => Interlocked.Increment(ref _handlerFaults);

    public void CountDropped() => Interlocked.Increment(ref _droppedMessages);
}
