using Gateway.Protocol.WebSockets;

namespace Gateway.LoadTest.Clients;

/// <summary>A connection to <c>/echo</c>: sends a message, waits for the same bytes. Echoes come back in the order sent.</summary>
public sealed class EchoClient : LoadSocket
{
    private readonly byte[] _payload;
    private TaskCompletionSource<string?>? _opening;
    private readonly Queue<(uint Number, TaskCompletionSource<Response> Answer)> _waiting = new();
    private uint _number;

    internal EchoClient(Reactor reactor, SocketTerms terms, int size)
        : base(reactor, terms, "/echo", subprotocol: null) => _payload = new byte[Math.Max(8, size)];

    /// <summary>Sends one message and waits until it is back, byte for byte.</summary>
    public Task<Response> EchoAsync()
    {
        if (!Reactor.IsHere)
            return Reactor.InvokeAsync(EchoAsync);
        if (!IsOpen)
            return Task.FromResult(Response.Fail("closed", "the connection is not open"));
        BitConverter.TryWriteBytes(_payload, ++_number);
        var answer = new TaskCompletionSource<Response>();
        _waiting.Enqueue((_number, answer));
        SendMessage(Opcode.Binary, _payload);
        return answer.Task;
    }

    /// <summary>Null when it is open, else why not.</summary>
    internal Task<string?> OpenAsync()
    {
        _opening = new TaskCompletionSource<string?>();
        Connect();
        return _opening.Task;
    }

    private protected override void OnOpened() => _opening?.TrySetResult(null);

    private protected override void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (!_waiting.TryDequeue(out var sent))
            return;
        var right = opcode == Opcode.Binary && payload.Length == _payload.Length && BitConverter.ToUInt32(payload) == sent.Number
            && payload[sizeof(uint)..].SequenceEqual(_payload.AsSpan(sizeof(uint)));
        sent.Answer.TrySetResult(right ? Response.Ok() : Response.Fail("wrong-echo", $"{payload.Length} bytes came back that are not what was sent"));
    }

    private protected override void OnClosed(int code, string reason)
    {
        _opening?.TrySetResult(reason);
        while (_waiting.TryDequeue(out var sent))
            sent.Answer.TrySetResult(Response.Fail(code == 0 ? "closed" : $"closed-{code}", reason));
    }
}
