using System.IO.Pipelines;
using Gateway.Server.Connections;
using Gateway.Server.Lanes;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>Turns are made by the test, so every schedule is the one that is written here.</summary>
public sealed class PipeTransportTests : IDisposable
{
    private readonly List<Exception> _faults = [];
    private readonly Pipe _toServer = new(new PipeOptions(useSynchronizationContext: false, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
    private readonly Pipe _toClient = new(new PipeOptions(useSynchronizationContext: false, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
    private readonly TransportLog _owner = new();
    private readonly Lane _lane;
    private readonly PipeTransport _transport;

    public PipeTransportTests()
    {
        _lane = new Lane(0, TimeProvider.System, new EventPoller(), 1024, _faults.Add);
        _transport = new PipeTransport(_lane, new DuplexPipe(_toServer.Reader, _toClient.Writer), () => { });
    }

    [Fact]
    public async Task Start_peerHasResetBefore_isClosedByPeer()
    {
        await _toServer.Writer.CompleteAsync(new ConnectionResetException("reset"));
        _transport.Start(_owner);
        TurnUntilEnded();
        Assert.Equal(["closed by peer"], _owner.Calls);
    }

    [Fact]
    public async Task Read_peerResetsBetweenTwo_isClosedByPeer()
    {
        _transport.Start(_owner);
        await _toServer.Writer.WriteAsync("a"u8.ToArray(), TestContext.Current.CancellationToken);
        _lane.Turn();
        await _toServer.Writer.CompleteAsync(new ConnectionResetException("reset"));
        TurnUntilEnded();
        Assert.Equal(["received a", "closed by peer"], _owner.Calls);
    }

    [Fact]
    public async Task Send_outputHasFailedBefore_isClosedByPeer()
    {
        _transport.Start(_owner);
        await _toClient.Reader.CompleteAsync(new ConnectionResetException("reset"));
        _transport.Send([new byte[10]]);
        TurnUntilEnded();
        Assert.Equal(["closed by peer"], _owner.Calls);
    }

    [Fact]
    public void Send_flushFails_isClosedByPeerAndNotWrittenAgain()
    {
        var stream = new FailingStream();
        var transport = new PipeTransport(_lane, new DuplexPipe(_toServer.Reader, PipeWriter.Create(stream)), () => { });
        transport.Start(_owner);
        transport.Send([new byte[10]]);
        TurnUntilEnded(transport);
        Assert.Equal(["closed by peer"], _owner.Calls);
        Assert.Equal(0, stream.BlockingWriteCount);
        Assert.Empty(_faults);
    }

    [Fact]
    public void End_pipeCannotBeCompleted_ownerIsToldAllTheSame()
    {
        var stream = new FailingStream(failsToClose: true);
        var transport = new PipeTransport(_lane, new DuplexPipe(PipeReader.Create(stream), PipeWriter.Create(stream)), () => { });
        transport.Start(_owner);
        TurnUntilEnded(transport);
        Assert.Equal(["closed by peer"], _owner.Calls);
        Assert.All(_faults, static fault => Assert.IsType<IOException>(fault));
        Assert.Equal(2, _faults.Count);
    }

    public void Dispose() => _lane.Dispose();

    private void TurnUntilEnded()
    {
        TurnUntilEnded(_transport);
        Assert.Empty(_faults);
    }

    private void TurnUntilEnded(PipeTransport transport)
    {
        while (_lane.Turn())
        {
            // Each turn handles what the one before has posted.
        }

        Assert.True(transport.Ended.IsCompletedSuccessfully);
    }
}
