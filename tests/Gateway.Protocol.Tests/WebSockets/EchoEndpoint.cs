using System.Buffers;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>An echo endpoint without a socket: takes bytes as a transport would hand them over and notes the reaction.</summary>
internal sealed class EchoEndpoint : IDisposable
{
    private readonly List<ServerFrame> _frames = [];
    private readonly ReceiveScratch _scratch;
    private MessageReader _reader;
    private int? _closeCode;

    public EchoEndpoint(bool deflate, MessageReaderOptions? options = null, int scratchBytes = ReceiveScratch.DefaultBufferBytes)
    {
        options ??= new MessageReaderOptions
        {
            MaxMessageBytes = ConformanceLimits.MaxMessageBytes,
            MaxFramesPerMessage = ConformanceLimits.MaxFramesPerMessage,
            BufferPool = Pool,
        };
        _scratch = new ReceiveScratch(Pool, scratchBytes);
        _reader = new MessageReader(options, deflate);
    }

    public CountingPool Pool { get; } = new();

    public Reaction Reaction => new(_frames, _closeCode);

    public FrameViolation Violation { get; private set; }

    public int HeldBytes => _reader.HeldBytes;

    public bool IsMidMessage => _reader.IsMidMessage;

    /// <summary>Takes what has arrived and returns what must be there again next time.</summary>
    public byte[] Receive(ReadOnlySequence<byte> input)
    {
        while (true)
        {
            var before = input.Length;
            var finished = _reader.IsFinished;
            var status = _reader.Read(ref input, _scratch, out var message);
            if (status == MessageReadStatus.NeedMore)
            {
                Assert.InRange(input.Length, 0, finished ? 0 : 13);
                return input.ToArray();
            }

            Assert.False(finished, "A finished reader must read nothing more.");
            Assert.True(input.Length < before || status == MessageReadStatus.Violation || before == 0 || _reader.HeldBytes == 0, "No progress.");
            Note(status, message);
        }
    }

    /// <summary>Takes the bytes in calls of these sizes; what is left over comes again in front of the next.</summary>
    public void ReceiveInPieces(ReadOnlyMemory<byte> bytes, Func<int> size)
    {
        byte[] left = [];
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(size(), bytes.Length);
            left = left.Length == 0
                ? Receive(new ReadOnlySequence<byte>(bytes[..count]))
                : Receive(Chunks.Sequence([left, bytes[..count]]));
            bytes = bytes[count..];
        }
    }

    private void Note(MessageReadStatus status, in ReceivedMessage message)
    {
        switch (status)
        {
            case MessageReadStatus.Message:
                Assert.True(message.Opcode is Opcode.Text or Opcode.Binary);
                _frames.Add(new ServerFrame((int)message.Opcode, message.Payload.ToArray()));
                break;
            case MessageReadStatus.Ping:
                _frames.Add(new ServerFrame((int)Opcode.Pong, message.Payload.ToArray()));
                break;
            case MessageReadStatus.Pong:
                Assert.Equal(Opcode.Pong, message.Opcode);
                break;
            case MessageReadStatus.Close:
            case MessageReadStatus.Violation:
                Assert.Null(_closeCode);
                Assert.Equal(0, _reader.HeldBytes);
                Assert.Equal(status == MessageReadStatus.Violation, message.Violation != FrameViolation.None);
                Violation = message.Violation;
                _closeCode = (int)message.CloseCode;
                break;
        }
    }

    /// <summary>Ends the connection and its lane; every borrowed array must have come back.</summary>
    public void Dispose()
    {
        _reader.Release();
        _scratch.Dispose();
        Assert.Equal(0, Pool.OutCount);
    }
}
