using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Nats;

namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>Clients' requests to services over a real nats-server: good answers, refusals, and services that are slow, dead, or come back.</summary>
public sealed class RequestTests
{
    private const int UnavailableCode = 2000;
    private const int TimedOutCode = 2003;

    [Theory]
    [InlineData("json", true)]
    [InlineData("json", false)]
    [InlineData("packed", true)]
    [InlineData("packed", false)]
    public async Task Service_is_told_who_asks_and_its_answer_arrives(string service, bool isJsonClient)
    {
        using var deadline = Deadline.Start();
        await using var node = await StartAsync(deadline.Token);
        var asked = new TaskCompletionSource<NatsReceivedMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Backend.Subscribe("gateway.request." + service, new Service(node.Backend, message =>
        {
            asked.TrySetResult(message);
            return (message.Payload.ToArray(), null);
        }), "workers");
        await node.Backend.FlushAsync(deadline.Token);
        await using var client = await TestClient.EnterAsync(node.Server, isJsonClient, "ann\u00e9, 50%", deadline.Token);
        await client.SendAsync($$"""[14,7,"{{service}}","quote it",{"a":[1,"x",null]}]""", deadline.Token);

        var reply = await client.ReceiveAsync(15, deadline.Token);
        Assert.Equal(7, reply[1].GetInt32());
        Assert.Equal("""{"a":[1,"x",null]}""", reply[2].GetRawText());
        var message = await asked.Task;
        Assert.Equal("quote it", message.Headers!["Gateway-Method"]);
        Assert.Equal("ann%C3%A9, 50%25", message.Headers["Gateway-User"]);
        Assert.Equal(service == "json" ? "application/json" : "application/msgpack", message.Headers["Content-Type"]);
        Assert.NotEmpty(message.Headers["Gateway-Connection"]!);
        if (service == "json")
            Assert.Equal("""{"a":[1,"x",null]}""", Encoding.UTF8.GetString(message.Payload.Span));
    }

    [Fact]
    public async Task Refusals_and_wrong_answers_have_their_codes()
    {
        using var deadline = Deadline.Start();
        await using var node = await StartAsync(deadline.Token);
        node.Backend.Subscribe("gateway.request.json", new Service(node.Backend, static message => message.Headers!["Gateway-Method"] switch
        {
            "refuse" => ([], new NatsHeaders().Add("Nats-Service-Error-Code", "400").Add("Nats-Service-Error", "no such quote")),
            "busy" => ([], new NatsHeaders().Add("Nats-Service-Error-Code", "2002")),
            "chatty" => ([], new NatsHeaders().Add("Nats-Service-Error-Code", "1006").Add("Nats-Service-Error", new string('x', 9000))),
            "broken" => ("{"u8.ToArray(), null),
            "typed" => ("1"u8.ToArray(), new NatsHeaders().Add("Content-Type", "text/plain")),
            "large" => (Encoding.UTF8.GetBytes("\"" + new string('x', 2000) + "\""), null),
            "packed" => ([0x93, 1, 2, 3], new NatsHeaders().Add("Content-Type", "application/msgpack")),
            _ => ([], null),
        }), "workers");
        await node.Backend.FlushAsync(deadline.Token);
        await using var client = await TestClient.EnterAsync(node.Server, json: true, "ann", deadline.Token);

        Assert.Equal((1012, "no such quote"), await ErrorOfAsync(client, "json", "refuse", deadline.Token));
        Assert.Equal(2002, (await ErrorOfAsync(client, "json", "busy", deadline.Token)).Code);
        Assert.Equal((1006, new string('x', 512)), await ErrorOfAsync(client, "json", "chatty", deadline.Token));
        Assert.Equal(1012, (await ErrorOfAsync(client, "json", "broken", deadline.Token)).Code);
        Assert.Equal(1012, (await ErrorOfAsync(client, "json", "typed", deadline.Token)).Code);
        Assert.Equal(1009, (await ErrorOfAsync(client, "json", "large", deadline.Token)).Code);
        Assert.Equal(1006, (await ErrorOfAsync(client, "admins", "any", deadline.Token)).Code);
        Assert.Equal(1011, (await ErrorOfAsync(client, "none", "any", deadline.Token)).Code);
        Assert.Equal("[1,2,3]", (await AskAsync(client, "json", "packed", deadline.Token))[2].GetRawText());
        // No payload is nil, which is left out at the end of a frame.
        Assert.Equal("[15,1]", (await AskAsync(client, "json", "nothing", deadline.Token)).GetRawText());
    }

    [Fact]
    public async Task Thousand_requests_in_flight_each_get_their_own_answer()
    {
        const int Count = 1000;
        using var deadline = Deadline.Start();
        await using var node = await StartAsync(deadline.Token);
        var waiting = new List<NatsReceivedMessage>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Backend.Subscribe("gateway.request.json", new Handler(message =>
        {
            waiting.Add(message);
            if (waiting.Count == Count)
                all.SetResult();
        }), "workers");
        await node.Backend.FlushAsync(deadline.Token);
        await using var client = await TestClient.EnterAsync(node.Server, json: false, "ann", deadline.Token);
        for (var id = 1; id <= Count; id++)
            await client.SendAsync($"""[14,{id},"json","m",{id},60000]""", deadline.Token);
        await all.Task.WaitAsync(deadline.Token);

        // The last one first.
        for (var i = Count - 1; i >= 0; i--)
            node.Backend.Publish(waiting[i].ReplyTo!, waiting[i].Payload.Span);
        var answered = new HashSet<int>();
        while (answered.Count < Count)
        {
            var reply = await client.ReceiveAsync(15, deadline.Token);
            Assert.Equal(reply[1].GetInt32(), reply[2].GetInt32());
            Assert.True(answered.Add(reply[1].GetInt32()));
        }
    }

    [Fact]
    public async Task Service_that_nobody_runs_or_that_died_is_refused_at_once_and_used_when_it_is_back()
    {
        using var deadline = Deadline.Start();
        await using var node = await StartAsync(deadline.Token);
        await using var client = await TestClient.EnterAsync(node.Server, json: true, "ann", deadline.Token);
        // Its time-out is a minute: without the server's word these would outlast the test.
        Assert.Equal(UnavailableCode, (await ErrorOfAsync(client, "patient", "m", deadline.Token)).Code);

        await using (var service = new NatsConnection(new NatsOptions { Servers = [node.Nats.Url] }))
        {
            await service.ConnectAsync(deadline.Token);
            service.Subscribe("gateway.request.patient", new Service(service, static _ => ("1"u8.ToArray(), null)), "workers");
            await service.FlushAsync(deadline.Token);
            Assert.Equal(1, (await AskAsync(client, "patient", "m", deadline.Token))[2].GetInt32());
        }

        // What it is asked before the server has seen its end is lost, and found out by the time-out alone.
        var second = TimeSpan.FromSeconds(1);
        while ((await node.Backend.RequestAsync("gateway.request.patient", default, second, cancellationToken: deadline.Token)).Status != NatsRequestStatus.NoResponders)
        {
        }

        for (var i = 0; i < 10; i++)
            Assert.Equal(UnavailableCode, (await ErrorOfAsync(client, "patient", "m", deadline.Token)).Code);
        node.Backend.Subscribe("gateway.request.patient", new Service(node.Backend, static _ => ("2"u8.ToArray(), null)), "workers");
        await node.Backend.FlushAsync(deadline.Token);
        Assert.Equal(2, (await AskAsync(client, "patient", "m", deadline.Token))[2].GetInt32());
    }

    [Fact]
    public async Task Service_that_does_not_answer_opens_the_breaker_and_one_that_does_closes_it()
    {
        using var deadline = Deadline.Start();
        await using var node = await StartAsync(deadline.Token);
        var asked = 0;
        var answers = false;
        node.Backend.Subscribe("gateway.request.slow", new Handler(message =>
        {
            Interlocked.Increment(ref asked);
            if (Volatile.Read(ref answers))
                node.Backend.Publish(message.ReplyTo!, "1"u8);
        }), "workers");
        await node.Backend.FlushAsync(deadline.Token);
        await using var client = await TestClient.EnterAsync(node.Server, json: true, "ann", deadline.Token);

        // Two time-outs open it; then it is not asked any more, but for one in each pause.
        Assert.Equal(TimedOutCode, (await ErrorOfAsync(client, "slow", "m", deadline.Token)).Code);
        Assert.Equal(TimedOutCode, (await ErrorOfAsync(client, "slow", "m", deadline.Token)).Code);
        var (code, sentence) = await ErrorOfAsync(client, "slow", "m", deadline.Token);
        Assert.Equal((UnavailableCode, "the service 'slow' does not answer at this moment"), (code, sentence));
        Assert.Equal(2, Volatile.Read(ref asked));

        Volatile.Write(ref answers, value: true);
        JsonElement answer;
        do
            answer = await AskAsync(client, "slow", "m", deadline.Token);
        while (answer[0].GetInt32() != 15);
        Assert.Equal(3, Volatile.Read(ref asked));
        Assert.Equal(15, (await AskAsync(client, "slow", "m", deadline.Token))[0].GetInt32());
    }

    [Fact]
    public async Task Client_that_goes_leaves_no_request_behind()
    {
        using var deadline = Deadline.Start();
        await using var node = await StartAsync(deadline.Token);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFirst = true;
        node.Backend.Subscribe("gateway.request.single", new Handler(message =>
        {
            if (isFirst)
                asked.SetResult();
            else
                node.Backend.Publish(message.ReplyTo!, "1"u8);
            isFirst = false;
        }), "workers");
        await node.Backend.FlushAsync(deadline.Token);
        var gone = await TestClient.EnterAsync(node.Server, json: true, "ann", deadline.Token);
        await gone.SendAsync("""[14,1,"single","m",1,60000]""", deadline.Token);
        await asked.Task.WaitAsync(deadline.Token);
        await using var next = await TestClient.EnterAsync(node.Server, json: true, "bob", deadline.Token);
        Assert.Equal(2002, (await ErrorOfAsync(next, "single", "m", deadline.Token)).Code);

        // One request at a time may wait for this service, for a minute: only its client's end makes place for another.
        gone.Reset();
        JsonElement answer;
        do
            answer = await AskAsync(next, "single", "m", deadline.Token);
        while (answer[0].GetInt32() == 30 && answer[2].GetInt32() == 2002);
        Assert.Equal(15, answer[0].GetInt32());
        await gone.DisposeAsync();
    }

    private static Task<BackendNode> StartAsync(CancellationToken cancellationToken) => BackendNode.StartAsync(
        cancellationToken,
        "--Gateway:Backends:Services:json:Format=Json", "--Gateway:Backends:Services:json:MaxReplyBytes=1000", "--Gateway:Backends:Services:json:Timeout=00:01:00",
        "--Gateway:Backends:Services:packed:Timeout=00:01:00",
        "--Gateway:Backends:Services:admins:Allow=role:admin",
        "--Gateway:Backends:Services:patient:Format=Json", "--Gateway:Backends:Services:patient:Timeout=00:01:00",
        "--Gateway:Backends:Services:single:Format=Json", "--Gateway:Backends:Services:single:Timeout=00:01:00", "--Gateway:Backends:Services:single:MaxPendingRequests=1",
        "--Gateway:Backends:Services:slow:Format=Json", "--Gateway:Backends:Services:slow:Timeout=00:00:00.500", "--Gateway:Backends:Services:slow:BreakerFailures=2",
        "--Gateway:Backends:Services:slow:BreakerPause=00:00:01");

    private static async Task<JsonElement> AskAsync(TestClient client, string service, string method, CancellationToken cancellationToken)
    {
        await client.SendAsync($"""[14,1,"{service}","{method}",1,60000]""", cancellationToken);
        return await client.TryReceiveAsync(cancellationToken) ?? throw new InvalidOperationException("The connection has ended.");
    }

    // [30, id, code, sentence, retryAfter]
    private static async Task<(int Code, string? Sentence)> ErrorOfAsync(TestClient client, string service, string method, CancellationToken cancellationToken)
    {
        var error = await AskAsync(client, service, method, cancellationToken);
        Assert.Equal(30, error[0].GetInt32());
        return (error[2].GetInt32(), error[3].GetString());
    }

    /// <summary>Keeps or answers each message on the connection's read loop.</summary>
    private sealed class Handler(Action<NatsReceivedMessage> onMessage) : INatsMessageHandler
    {
        public void OnMessage(in NatsMessage message) => onMessage(message.ToReceived());
    }

    /// <summary>Answers each message at once.</summary>
    private sealed class Service(NatsConnection connection, Func<NatsReceivedMessage, (byte[] Payload, NatsHeaders? Headers)> answer) : INatsMessageHandler
    {
        public void OnMessage(in NatsMessage message)
        {
            var (payload, headers) = answer(message.ToReceived());
            connection.Publish(message.ReplyTo, payload, headers: headers is null ? default : headers.Encode());
        }
    }
}
