using System.Threading.Channels;
using Gateway.Nats;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Cluster;

/// <summary>This process as a node of the cluster: gives <see cref="ClusterMember"/> its loop, its clock and its bus, from the start of the host to its end.</summary>
/// <remarks>Everything that concerns the member happens on the loop. From any thread: <see cref="Map"/>, <see cref="DrainAsync"/>.</remarks>
internal sealed class ClusterNode : IHostedService, IOtherNodes, IAsyncDisposable
{
    // How fine times are kept: of the 3 s of a lease less than a fiftieth.
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(50);

    // Bounded by who writes: at most NatsNodeBus.MaxWaiting beats, one tick, one answer for each shard.
    private readonly Channel<Action> _turns = Channel.CreateUnbounded<Action>(); // One that can be counted, which the one for a single reader cannot.
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly NatsNodeBus _bus;
    private readonly ClusterLog _log;
    private readonly ClusterMetrics _metrics;
    private readonly IHostApplicationLifetime _application;
    private ITimer? _timer;
    private Task _running = Task.CompletedTask;
    private MemberState _loggedState;
    private int _loggedNodes;
    private int _isTickWaiting;
    private bool _isRefused;

    public ClusterNode(
        ClusterSelf self, NatsConnection nats, ILeases leases, IShardRooms rooms, ClusterMetrics metrics, IOptions<ClusterOptions> options, TimeProvider time,
        ClusterLog log, IHostApplicationLifetime application, NodeLifecycle lifecycle, IOptions<NodeOptions> node)
    {
        _options = options.Value;
        _time = time;
        _log = log;
        _metrics = metrics;
        _application = application;
        _bus = new NatsNodeBus(nats, _options.Name);
        var url = node.Value.PublicUrl is { Length: > 0 } set ? set : null;
        Member = new ClusterMember(self.Id, _options, _bus, leases, rooms, metrics, time, Random.Shared, action => _turns.Writer.TryWrite(action),
            () => lifecycle.State == NodeState.Ready ? url : null);
        metrics.Watch(this);
    }

    /// <summary>The newest, from any thread.</summary>
    public ShardMap Map => Member.Map;

    public NodeId Self => Member.Self;

    public IReadOnlyList<string> PublicUrls => [.. Map.Members.Where(member => member.IsInRing && member.Id != Self).Select(static member => member.PublicUrl).OfType<string>()];

    /// <summary>How old its leases may become before it stops to act on them.</summary>
    public TimeSpan LeaseLimit => _options.LeaseDuration - _options.LeaseMargin;

    /// <summary>Belongs to the loop; others read what is documented as readable.</summary>
    internal ClusterMember Member { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        _bus.Start(beat =>
        {
            if (_turns.Reader.Count < NatsNodeBus.MaxWaiting)
                _turns.Writer.TryWrite(() => Member.Membership.Receive(beat));
        });
        _timer = _time.CreateTimer(_ => PostTick(), null, TimeSpan.Zero, TickInterval);
        return Task.CompletedTask;
    }

    /// <summary>Hands all shards over; returns when that is done, or when there is nobody to take them (they are kept until the stop, then).</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        _turns.Writer.TryWrite(Member.Drain);
        return _drained.Task.WaitAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_timer is null)
            return;
        _turns.Writer.TryWrite(Member.Leave);
        try
        {
            // Each shard within HandoverTime, and half a lease for the store's last answer.
            await _left.Task.WaitAsync(_options.HandoverTime + (_options.LeaseDuration / 2), _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _log.LeftWithShards(Member.Ownership.HeldCount);
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is null)
            return;
        await _timer.DisposeAsync().ConfigureAwait(false);
        _timer = null;
        _turns.Writer.TryWrite(Member.End);
        _turns.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        await Member.DisposeAsync().ConfigureAwait(false);
        _bus.Dispose();
    }

    private void PostTick()
    {
        if (Interlocked.Exchange(ref _isTickWaiting, 1) != 0)
            return;
        _turns.Writer.TryWrite(() =>
        {
            Volatile.Write(ref _isTickWaiting, 0);
            Member.Membership.Tick();
        });
    }

    private async Task RunAsync()
    {
        while (await _turns.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            try
            {
                // All that waits is one turn: many answers of the store make one map and one beat.
                while (_turns.Reader.TryRead(out var turn))
                    turn();
                Member.EndTurn();
                _metrics.SayLosses();
                Report();
            }
            catch (Exception fault)
            {
                // A bug; the node must go on renewing and stepping down in time.
                _log.Fault(fault);
            }
        }
    }

    private void Report()
    {
        var membership = Member.Membership;
        if (membership.Refusal is { } refusal && !_isRefused)
        {
            _isRefused = true;
            _log.Refused(refusal);
            Environment.ExitCode = 1;
            _application.StopApplication();
        }

        if (Member.IsHandedOver || _isRefused)
            _drained.TrySetResult();
        if (membership.State == MemberState.Draining && Member.Ownership.HeldCount == 0)
            _left.TrySetResult();
        var nodes = Member.Ring.Nodes.Length;
        if (membership.State == _loggedState && nodes == _loggedNodes)
            return;
        (_loggedState, _loggedNodes) = (membership.State, nodes);
        _log.Changed(_loggedState, nodes, string.Join(", ", Member.Ring.Nodes.ToArray()));
    }
}
