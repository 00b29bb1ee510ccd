using System.Collections.Concurrent;
using Gateway.Client;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>A member and publisher over the SDK as its users have it, with its own reconnects, repetitions and de-duplication, told of every node, its own first.</summary>
internal sealed class SdkMember : FaultMember, IAsyncDisposable
{
    private readonly RoomOracle _oracle;
    private readonly TimeSpan _pace;
    private readonly GatewayClient _client;

    public SdkMember(string name, IReadOnlyList<string> rooms, RoomOracle oracle, IReadOnlyList<NodeSlot> slots, int home, TimeSpan pace)
        : base(name, rooms, oracle)
    {
        _oracle = oracle;
        _pace = pace;
        var token = Tokens.Of(name, TimeSpan.FromDays(1));
        var options = new GatewayClientOptions { TokenProvider = _ => new(token), ConfigureWebSocket = static socket => socket.Proxy = null };
        for (var i = 0; i < slots.Count; i++)
            options.Endpoints.Add(slots[(home + i) % slots.Count].ClientUrl);
        _client = new GatewayClient(options);
        _client.StatusChanged += (_, change) =>
        {
            if (change.Previous == ConnectionStatus.Connected)
                NoteBreak();
        };
    }

    /// <summary>What it waits for right now.</summary>
    public ConcurrentDictionary<string, string> UnderWay { get; } = new();

    public override async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await _client.ConnectAsync(stop);
            await Task.WhenAll(Arrivals.Select(arrival => ReadAsync(arrival, stop)));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>Publishes to the durable rooms until it shall begin no more; what has begun is brought to its end. The ephemeral ones are not for a client that repeats.</summary>
    public Task PublishAsync(CancellationToken noMore, CancellationToken stop) =>
        Task.WhenAll(Arrivals.Select(static arrival => arrival.View.Room).Where(_oracle.IsDurable).Select(room => PublishAsync(room, noMore, stop)));

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task ReadAsync(Arrival arrival, CancellationToken stop)
    {
        var view = arrival.View;
        try
        {
            var room = await _client.JoinAsync(view.Room, cancellationToken: stop);
            view.Joined(room.Position.Epoch, room.Position.Offset, recovered: false);
            await foreach (var message in room.ReadAllAsync(stop))
            {
                if (message.GapBefore is { } gap)
                    Take(view, gap);
                if (message.IsTransient)
                    continue;
                var text = message.Read<string>()!;
                view.Message(message.Position.Epoch, message.Position.Offset, text);
                arrival.Saw(text);
            }
        }
        catch (GatewayException e)
        {
            _oracle.Say(new Violation(ViolationKind.Refused, Name, view.Room, e.Message));
        }
    }

    private static void Take(MemberView view, RoomGap gap)
    {
        if (gap.From.Epoch != gap.To.Epoch)
            view.Joined(gap.To.Epoch, gap.To.Offset, recovered: false);
        else if (gap.To.Offset > gap.From.Offset)
            view.Told(gap.From.Offset + 1, gap.To.Offset);
    }

    private async Task PublishAsync(string room, CancellationToken noMore, CancellationToken stop)
    {
        for (var number = 1L; !noMore.IsCancellationRequested; number++)
        {
            var text = MessageText.Create(Name, number);
            UnderWay[room] = text;
            try
            {
                var receipt = await _client.PublishValueAsync(room, "e", text, cancellationToken: stop);
                _oracle.Acknowledged(Name, room, text, receipt.Position.Epoch, receipt.Position.Offset);
            }
            catch (GatewayException e) when (!stop.IsCancellationRequested)
            {
                _oracle.Say(new Violation(ViolationKind.Refused, Name, room, $"'{text}' failed: {e.Failure} {e.Message}"));
            }
            catch (Exception e) when (e is OperationCanceledException or GatewayException)
            {
                return;
            }

            UnderWay.TryRemove(room, out _);
            await Task.Delay(_pace, noMore).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
