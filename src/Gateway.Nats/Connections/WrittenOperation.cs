using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Gateway.Nats.Connections;

/// <summary>What one operation in a chunk is, as <see cref="Protocol.ProtocolWriter"/> wrote it.</summary>
/// <param name="Length">All of it.</param>
/// <param name="MessageBytes">Headers and payload of a PUB or HPUB, 0 for anything else.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WrittenOperation(int Length, int MessageBytes)
{
    public static WrittenOperation At(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        var line = bytes[..end];
        if (!line.StartsWith("PUB "u8) && !line.StartsWith("HPUB "u8))
            return new WrittenOperation(end + 2, 0);
        if (!Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out int total, out _))
            throw new InvalidOperationException("A chunk holds what the writer has not written.");
        return new WrittenOperation(end + 2 + total + 2, total);
    }
}
