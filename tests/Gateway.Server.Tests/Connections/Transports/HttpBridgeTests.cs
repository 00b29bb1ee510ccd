using System.Diagnostics;
using System.IO.Pipelines;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets.Tls;
using Gateway.Server.Lanes;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What a bridge makes of its two ends; the test is Kestrel, the socket and the lane's clock.</summary>
public sealed class HttpBridgeTests : IDisposable
{
    // What one round sends: 16 segments of Kestrel's pipe.
    private const int RoundBytes = 16 * 4096;
    private const int RoundsInRow = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Exception> _faults = [];
    private readonly InvalidDataException _fault = new("Kestrel's.");
    private readonly List<byte> _received = [];
    private readonly SimTransport _transport = new();
    private readonly Lane _lane;
    private readonly HttpBridge _bridge;
    private readonly BridgedConnection _connection;

    public HttpBridgeTests()
    {
        var limits = new ConnectionLimits();
        _lane = new Lane(0, new ManualTime(), new EventPoller(), 1024, _faults.Add);
        _bridge = new HttpBridge(_lane, _transport, limits.WriteTimeout, limits.CloseTimeout);
        _transport.Start(_bridge);
        _connection = new BridgedConnection(_bridge, remote: null, local: null);
    }

    [Fact]
    public async Task Socket_that_is_free_again_before_the_rest_has_its_turn_gets_all_of_it_once()
    {
        var answer = new byte[(RoundsInRow + 2) * RoundBytes];
        new Random(1).NextBytes(answer);
        _transport.SetWindow(1);
        var writing = Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask();
        TurnUntilReceived(1);

        // The eighth round in a row is the one that is short: the others have their turn before the bridge goes on.
        _transport.SetWindow((RoundsInRow * RoundBytes) - 2);
        Assert.Equal(0, _transport.Window);
        _transport.SetWindow(int.MaxValue);
        _lane.Turn();
        Assert.Empty(_faults);
        TurnUntilReceived(answer.Length);
        await writing.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Output.WriteAsync(answer.AsMemory(0, 1), TestContext.Current.CancellationToken);
        TurnUntilReceived(answer.Length + 1);
        Assert.Equal([.. answer, answer[0]], _received);
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task Answer_that_Kestrel_ends_with_a_fault_ends_the_connection()
    {
        await Output.CompleteAsync(_fault);
        await AssertEndsWithFaultAsync();
    }

    [Fact]
    public async Task Answer_that_Kestrel_ends_with_a_fault_while_the_socket_takes_nothing_ends_the_connection()
    {
        _transport.SetWindow(1);
        _ = Output.WriteAsync(new byte[2], TestContext.Current.CancellationToken).AsTask();
        TurnUntilReceived(1);
        await Output.CompleteAsync(_fault);
        _transport.SetWindow(1);
        await AssertEndsWithFaultAsync();
    }

    [Fact]
    public async Task Request_that_Kestrel_gives_up_with_a_fault_ends_the_connection()
    {
        // More than Kestrel may leave unread.
        _transport.Receive(new byte[2 * RoundBytes]);
        await _connection.Transport.Input.CompleteAsync(_fault);
        await AssertEndsWithFaultAsync();
    }

    public void Dispose() => _lane.Dispose();

    private PipeWriter Output => _connection.Transport.Output;

    // Kestrel waits for the end of every connection.
    private async Task AssertEndsWithFaultAsync()
    {
        TurnUntil(() => _bridge.Ended.IsCompleted);
        Assert.True(_transport.IsOver);
        Assert.Same(_fault, Assert.Single(_faults));
        await _connection.DisposeAsync();
    }

    private void TurnUntilReceived(int count) => TurnUntil(() =>
    {
        _received.AddRange(_transport.TakeSent());
        return _received.Count >= count;
    });

    private void TurnUntil(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "What the test waits for did not come.");
            _lane.Turn();
            Thread.Yield();
        }
    }
}
