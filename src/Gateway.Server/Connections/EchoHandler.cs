using Gateway.Protocol.WebSockets;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>Sends every message back as it came, on the same connection layer as the rooms: for conformance suites and load tools. Off unless <c>Gateway:Echo</c>.</summary>
internal sealed class EchoHandler(Connection connection) : IConnectionHandler
{
    public void OnOpened(Connection opened)
    {
    }

    public void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var compressed = connection.Info.Deflate;
        if (compressed)
        {
            payload = connection.Home.Encoder.Deflate(payload);
        }

        var buffer = WireBuffer.Rent(FrameWriter.MaxServerHeaderBytes + payload.Length);
        payload.CopyTo(buffer.Writable[FrameWriter.MaxServerHeaderBytes..]);
        WireEncoder.Seal(buffer, FrameWriter.MaxServerHeaderBytes + payload.Length, opcode, compressed);
        // The queue of pongs and the close frame: in another one an echo could come after what answers a later frame.
        connection.Enqueue(RoomPriority.High, buffer);
        buffer.Release();
    }

    public void OnDeadline()
    {
    }

    public void OnPlace()
    {
    }

    public void OnGoAway(GoAwayNotice notice)
    {
    }

    public void OnClosed(CloseCause cause)
    {
    }
}
