using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Simulation;

/// <summary>One publisher and many members of one room on one lane, for measuring: one call is one publish frame in, one acknowledgement and a delivery to every member out.</summary>
internal sealed class PublishRig : IDisposable, ILaneWork
{
    private readonly SimNode _node;
    private readonly CountingTransport _publisher = new();
    private readonly CountingTransport[] _members;
    private readonly ReadOnlySequence<byte> _publish;

    public PublishRig(string room, int memberCount, int payloadBytes)
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        options.Kinds["live"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", Durable = false };
        // The clock stands, so that nothing but the publish happens: rates that a bucket's burst does not run out of, counted like any other.
        var limits = new ConnectionLimits
        {
            MessagesPerSecond = 1_000_000_000,
            MessagesPerSecondPerUser = 1_000_000_000,
            MessagesPerSecondPerAddress = 1_000_000_000,
            BytesPerSecond = int.MaxValue,
            BytesPerSecondPerUser = int.MaxValue,
            BytesPerSecondPerAddress = int.MaxValue,
            RateBurst = TimeSpan.FromSeconds(60),
        };
        _node = new SimNode(1, options, limits);
        _members = [.. Enumerable.Range(0, memberCount).Select(static _ => new CountingTransport())];
        for (var i = 0; i < memberCount; i++)
            Enter(_members[i], $"m{i}", room);
        Enter(_publisher, "p", room);
        _node.Settle();
        _publish = new ReadOnlySequence<byte>(Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(5);
            writer.WriteInt(9);
            writer.WriteInt(7);
            writer.WriteString(room);
            writer.WriteString("e");
            writer.WriteBinary(new byte[payloadBytes]);
        }));
        Expect(memberCount);
    }

    private delegate void FrameWrite(ref MessagePackWriter writer);

    public long DeliveredBytes => _members.Sum(static member => member.SentBytes);

    public void Publish()
    {
        _node.Lanes[0].Post(this, 0);
        _node.Lanes[0].Turn();
    }

    public void Execute(int code, object? argument, long number) => _publisher.Receive(_publish);

    public void Dispose() => _node.Dispose();

    private static byte[] Frame(FrameWrite write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        var frame = new byte[output.WrittenCount + 14];
        var header = FrameWriter.WriteMaskedHeader(frame, Opcode.Binary, output.WrittenCount, 0);
        output.WrittenSpan.CopyTo(frame.AsSpan(header));
        return frame[..(header + output.WrittenCount)];
    }

    private void Enter(CountingTransport transport, string id, string room)
    {
        _node.Connect(0, id, transport);
        _node.Settle();
        var hello = Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            writer.WriteInt(1);
            writer.WriteInt(1);
        });
        _node.On(0, () => transport.Receive(new ReadOnlySequence<byte>(hello)));
        var join = Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(4);
            writer.WriteInt(5);
            writer.WriteInt(1);
            writer.WriteString(room);
            writer.WriteInt(2);
        });
        _node.On(0, () => transport.Receive(new ReadOnlySequence<byte>(join)));
    }

    // A rig that measures nothing would be fast: every member must get every message, in one send.
    private void Expect(int memberCount)
    {
        var (sends, acks) = (_members.Sum(static member => member.SendCount), _publisher.SendCount);
        Publish();
        _node.Settle();
        var delivered = _members.Sum(static member => member.SendCount) - sends;
        if (delivered != memberCount || _publisher.SendCount - acks != 1)
            throw new InvalidOperationException($"One publish made {delivered} sends to {memberCount} members and {_publisher.SendCount - acks} acknowledgements.");
    }
}
