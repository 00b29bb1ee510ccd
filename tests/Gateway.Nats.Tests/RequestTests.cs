using System.Text;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests;

/// <summary>Requests against a real server.</summary>
public sealed class RequestTests(SharedNatsServer server)
{
    [Fact]
    public async Task Request_manyAtOnce_eachGetsItsOwnReply_overOneSubscription()
    {
        await using var asking = await TestConnections.ConnectAsync(server.Url);
        await using var answering = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        answering.Subscribe(subject, new EchoHandler(answering));
        await answering.FlushAsync(Deadline.Token);
        var replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => asking.RequestAsync(subject, Encoding.UTF8.GetBytes($"{i}"), Deadline.Patience)));
        Assert.All(replies, reply => Assert.True(reply.IsReplied));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"re: {i}"), replies.Select(reply => Encoding.UTF8.GetString(reply.Message!.Payload.Span)));
        Assert.Equal(1, asking.GetStatistics().Subscriptions);
        Assert.Equal(0, asking.GetStatistics().PendingRequests);
    }

    [Fact]
    public async Task Request_nobodyListens_isSaidAtOnce()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var reply = await connection.RequestAsync(TestConnections.NewSubject(), default, Deadline.Patience, cancellationToken: Deadline.Token);
        Assert.Equal(NatsRequestStatus.NoResponders, reply.Status);
        Assert.Null(reply.Message);
    }

    [Fact]
    public async Task Request_noReply_timesOut_andALateReplyIsDropped()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject);
        var reply = await connection.RequestAsync(subject, default, TimeSpan.FromMilliseconds(50), cancellationToken: Deadline.Token);
        Assert.Equal(NatsRequestStatus.TimedOut, reply.Status);
        var request = (await reader.ReadAsync(Deadline.Token))!;
        Assert.Equal(NatsPublishResult.Accepted, connection.Publish(request.ReplyTo!, "late"u8));
        await connection.FlushAsync(Deadline.Token);
        Assert.Equal(0, connection.GetStatistics().PendingRequests);
    }

    [Fact]
    public async Task Request_cancelled_throws_andOneTooMany_isRefused()
    {
        var options = TestConnections.Options(server.Url);
        options.MaxPendingRequests = 1;
        await using var connection = await TestConnections.ConnectAsync(options);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject);
        using var cancel = new CancellationTokenSource();
        var waiting = connection.RequestAsync(subject, default, Deadline.Patience, cancellationToken: cancel.Token);
        Assert.Equal(1, connection.GetStatistics().PendingRequests);
        Assert.Equal(NatsRequestStatus.Refused, (await connection.RequestAsync(subject, default)).Status);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, connection.GetStatistics().PendingRequests);
        var invalid = await connection.RequestAsync("a b", default);
        Assert.Equal((NatsRequestStatus.Refused, NatsPublishResult.InvalidSubject), (invalid.Status, invalid.Refusal));
    }

    [Fact]
    public async Task Request_connectionIsClosedMeanwhile_isSaid()
    {
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        await using var reader = connection.Subscribe(subject);
        var waiting = connection.RequestAsync(subject, default, Deadline.Patience);
        await reader.ReadAsync(Deadline.Token);
        await connection.DisposeAsync();
        Assert.Equal(NatsRequestStatus.Closed, (await waiting.Within()).Status);
    }

    private sealed class EchoHandler(NatsConnection connection) : INatsMessageHandler
    {
        public void OnMessage(in NatsMessage message)
        {
            Span<byte> reply = stackalloc byte[4 + message.Payload.Length];
            "re: "u8.CopyTo(reply);
            message.Payload.CopyTo(reply[4..]);
            connection.Publish(message.ReplyTo, reply);
        }
    }
}
