using System.Diagnostics.Metrics;
using Gateway.Nats;
using Gateway.Server.Backends;
using Gateway.Server.Backends.Publishing;
using Gateway.Server.Connections;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Tests.Backends;

/// <summary>The intakes over simulated rooms and users, with a connection whose answers go nowhere: what a message does is seen by the metrics and the rooms.</summary>
internal sealed class IntakeRig : IAsyncDisposable
{
    private const int MaxPending = 4;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly NatsConnection _connection;

    /// <param name="pendingBytes">What the connection takes of answers; none of them leaves.</param>
    /// <param name="isAlone">There is no other node that could take messages.</param>
    public IntakeRig(long pendingBytes = 1, bool isAlone = true)
    {
        _connection = new NatsConnection(new NatsOptions { MaxPendingBytes = pendingBytes });
        Node = new SimNode(1, new RoomsOptions(), new ConnectionLimits { MaxPayloadBytes = 1024 });
        Metrics = new BackendsMetrics(_services.GetRequiredService<IMeterFactory>());
        Seat = new IntakeSeat(Node.Time, isAlone);
        var answers = new NatsAnswers(_connection, Metrics);
        Rooms = new RoomIntake(
            "gateway.publish.room.", new BackendPublisher(Node.Rooms, Node.Live, Node.Time), answers, Metrics, Seat, MaxPending, NullLogger.Instance);
        Users = new UserIntake("gateway.publish.user.", new UserSender(Node.Node, Node.Time), answers, Metrics, Seat, MaxPending, NullLogger.Instance);
    }

    public SimNode Node { get; }

    public BackendsMetrics Metrics { get; }

    public IntakeSeat Seat { get; }

    public RoomIntake Rooms { get; }

    public UserIntake Users { get; }

    public static int PendingLimit => MaxPending;

    /// <summary>Answers that were sent, as far as the connection took them.</summary>
    public long AnswerCount => _connection.GetStatistics().PublishedMessages + Metrics.DroppedAnswerCount;

    public void Publish(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> replyTo = default) =>
        Rooms.OnMessage(new NatsMessage(null!, subject, replyTo, headers, payload));

    public void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> replyTo = default) =>
        Users.OnMessage(new NatsMessage(null!, subject, replyTo, headers, payload));

    public async ValueTask DisposeAsync()
    {
        Rooms.Dispose();
        Users.Dispose();
        Node.Dispose();
        await _connection.DisposeAsync();
        await _services.DisposeAsync();
    }
}
