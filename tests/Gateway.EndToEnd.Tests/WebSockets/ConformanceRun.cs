using System.IO.Compression;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>Replays a row of the conformance table over a real socket and says what was different from it.</summary>
internal static class ConformanceRun
{
    private const string ProbeText = "is it still open?";

    /// <summary>Null when the server did exactly what the row says.</summary>
    public static async Task<string?> FindDifferenceAsync(GatewayProcess server, ConformanceCase row, byte[][] pieces, CancellationToken cancellationToken)
    {
        await using var socket = await RawSocket.ConnectAsync(server, cancellationToken);
        var offer = row.Deflate ? "permessage-deflate" : null;
        await socket.SendAsync(HandshakeCases.Request(("Sec-WebSocket-Extensions", offer)), cancellationToken);
        if (await socket.ReadHeadAsync(cancellationToken) is not { } head || !head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
            return "the handshake failed";

        var sending = socket.SendInPiecesAsync(pieces, cancellationToken);
        var difference = await CompareFramesAsync(socket, row, cancellationToken) ?? await CompareEndAsync(socket, row, sending, cancellationToken);
        if (difference is null)
            await sending;
        return difference;
    }

    private static async Task<string?> CompareFramesAsync(RawSocket socket, ConformanceCase row, CancellationToken cancellationToken)
    {
        foreach (var expected in row.Expected.Frames)
        {
            var actual = await ReadMessageAsync(socket, row.Deflate, cancellationToken);
            if (actual is null)
                return $"the connection ended instead of {expected}";
            if (actual.Opcode != expected.Opcode || !actual.Payload.AsSpan().SequenceEqual(expected.Payload))
                return $"{actual} instead of {expected}";
        }

        return null;
    }

    private static async Task<string?> CompareEndAsync(RawSocket socket, ConformanceCase row, Task sending, CancellationToken cancellationToken)
    {
        if (row.Expected.CloseCode is { } code)
        {
            var close = await socket.ReadFrameAsync(cancellationToken);
            if (close is not { Opcode: WireFrame.Close })
                return $"{Show(close)} instead of close {code}";
            if (close.CloseCode != code)
                return $"close {close.CloseCode} instead of {code}";
            var behind = await socket.ReadFrameAsync(cancellationToken);
            return behind is null ? null : $"{Show(behind)} behind the close frame";
        }

        await sending;
        if (!EndsWithAFrame(row.ClientBytes))
        {
            // In the middle of a frame nothing can be asked: the server ends because we do, and says nothing.
            await socket.EndSendingAsync();
            var last = await socket.ReadFrameAsync(cancellationToken);
            return last is null ? null : $"{Show(last)} in the middle of a frame";
        }

        await socket.SendAsync(ClientFrames.Join(ClientFrames.Ping(ProbeText), ClientFrames.Close(1000)), cancellationToken);
        var pong = await socket.ReadFrameAsync(cancellationToken);
        if (pong is not { Opcode: WireFrame.Pong } || !pong.Payload.AsSpan().SequenceEqual(ClientFrames.Utf8(ProbeText)))
            return $"{Show(pong)} instead of the pong of an open connection";
        var answer = await socket.ReadFrameAsync(cancellationToken);
        return answer is { Opcode: WireFrame.Close, CloseCode: 1000 } ? null : $"{Show(answer)} instead of the answer to our close";
    }

    // Put together and inflated, as the table has it.
    private static async Task<ServerFrame?> ReadMessageAsync(RawSocket socket, bool deflate, CancellationToken cancellationToken)
    {
        var payload = new MemoryStream();
        int? opcode = null;
        var compressed = false;
        while (await socket.ReadFrameAsync(cancellationToken) is { } frame)
        {
            if (frame.Opcode >= WireFrame.Close)
                return new ServerFrame(frame.Opcode, frame.Payload);
            if ((frame.Opcode == WireFrame.Continuation) != opcode is not null || (frame.Rsv1 && (!deflate || opcode is not null)))
                throw new InvalidDataException("a fragment out of place, or compressed without agreement");

            opcode ??= frame.Opcode;
            compressed |= frame.Rsv1;
            payload.Write(frame.Payload);
            if (frame.Fin)
                return new ServerFrame(opcode.Value, compressed ? Inflate(payload) : payload.ToArray());
        }

        return null;
    }

    // RFC 7692 7.2.2: the four octets that the sender has cut off come back, and a final block, so that the inflater knows the end.
    private static byte[] Inflate(MemoryStream payload)
    {
        payload.Write([0, 0, 0xFF, 0xFF, 3, 0]);
        payload.Position = 0;
        using var inflater = new DeflateStream(payload, CompressionMode.Decompress);
        var message = new MemoryStream();
        inflater.CopyTo(message);
        return message.ToArray();
    }

    // Only asked of rows that are expected to stay open, whose frames are therefore well-formed up to the last.
    private static bool EndsWithAFrame(byte[] bytes)
    {
        long at = 0;
        while (at < bytes.Length)
        {
            if (at + 2 > bytes.Length)
                return false;
            long length = bytes[at + 1] & 0x7F;
            var lengthBytes = length switch { 126 => 2, 127 => 8, _ => 0 };
            if (at + 2 + lengthBytes > bytes.Length)
                return false;
            if (lengthBytes > 0)
            {
                length = 0;
                for (var i = 0; i < lengthBytes; i++)
                    length = (length << 8) | bytes[at + 2 + i];
            }

            at += 2 + lengthBytes + 4 + length;
        }

        return at == bytes.Length;
    }

    private static string Show(WireFrame? frame) => frame switch
    {
        null => "the end of the connection",
        { Opcode: WireFrame.Close } => $"close {frame.CloseCode}",
        _ => new ServerFrame(frame.Opcode, frame.Payload).ToString(),
    };
}
