using System.Threading.Channels;

namespace Gateway.Client.Sessions;

/// <summary>
/// The messages of one room between the receive loop and the application. Bounded by count and bytes; one message always fits, so that a payload
/// larger than the bound is not stuck for ever.
/// </summary>
/// <remarks>The receive loop adds, under the session's lock; the application takes, on any thread. <paramref name="drained"/> is called without a lock.</remarks>
internal sealed class RoomBuffer(int maxMessages, int maxBytes, Action drained)
{
    private readonly Lock _gate = new();
    private readonly Channel<RoomMessage> _messages = Channel.CreateUnbounded<RoomMessage>(
        new UnboundedChannelOptions { SingleWriter = true, AllowSynchronousContinuations = false });

    private int _count;
    private long _bytes;
    private bool _wasFull;

    /// <summary>False when it is full; <c>drained</c> is then called once half of it is free again.</summary>
    public bool TryAdd(RoomMessage message)
    {
        lock (_gate)
        {
            if (_count >= maxMessages || (_count > 0 && _bytes + message.Payload.Length > maxBytes))
            {
                _wasFull = true;
                return false;
            }

            _count++;
            _bytes += message.Payload.Length;
        }

        _messages.Writer.TryWrite(message);
        return true;
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _messages.Reader.WaitToReadAsync(cancellationToken);

    public bool TryTake(out RoomMessage message)
    {
        if (!_messages.Reader.TryRead(out message!))
            return false;
        bool isDrained;
        lock (_gate)
        {
            _count--;
            _bytes -= message.Payload.Length;
            isDrained = _wasFull && _count <= maxMessages / 2 && _bytes <= maxBytes / 2;
            if (isDrained)
                _wasFull = false;
        }

        if (isDrained)
            drained();
        return true;
    }

    /// <summary>No message follows those that wait. With an exception the reader is told why, after it has read them.</summary>
    public void Complete(Exception? exception = null) => _messages.Writer.TryComplete(exception);
}
