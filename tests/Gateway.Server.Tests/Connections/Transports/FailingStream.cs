namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>A stream at its end whose peer takes nothing any more.</summary>
internal sealed class FailingStream(bool failsToClose = false) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>How often something was to be written by a call that waits.</summary>
    public int BlockingWriteCount { get; private set; }

    public override int Read(byte[] buffer, int offset, int count) => 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

    public override void Write(byte[] buffer, int offset, int count)
    {
        BlockingWriteCount++;
        throw new IOException("The peer has gone.");
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(new IOException("The peer has gone."));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (failsToClose)
            throw new IOException("It cannot be closed.");
    }
}
