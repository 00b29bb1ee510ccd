using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>
/// Builds a client's bytes, also wrong ones. Written from the RFC without use of the code under test, octet by octet.
/// </summary>
internal static class ClientFrames
{
    public const int Continuation = 0;
    public const int TextFrame = 1;
    public const int BinaryFrame = 2;
    public const int CloseFrame = 8;
    public const int PingFrame = 9;
    public const int PongFrame = 10;
    public const int Rsv1 = 4;

    /// <summary>The key of the RFC's example (5.7).</summary>
    public static readonly byte[] ExampleKey = [0x37, 0xFA, 0x21, 0x3D];

    /// <param name="lengthBits">7, 16 or 64 forces a form of the length; 0 takes the shortest.</param>
    /// <param name="announced">A length that differs from the payload's.</param>
    /// <param name="key">Null for an unmasked frame.</param>
    public static byte[] Raw(
        int opcode, ReadOnlySpan<byte> payload, byte[]? key, bool fin = true, int rsv = 0, int lengthBits = 0, ulong? announced = null)
    {
        var length = announced ?? (ulong)payload.Length;
        var frame = new List<byte> { (byte)((fin ? 0x80 : 0) | (rsv << 4) | opcode) };
        var maskBit = key is null ? 0 : 0x80;
        if (lengthBits == 64 || (lengthBits == 0 && length > 0xFFFF))
        {
            frame.Add((byte)(maskBit | 127));
            Span<byte> wide = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(wide, length);
            frame.AddRange(wide);
        }
        else if (lengthBits == 16 || (lengthBits == 0 && length > 125))
        {
            frame.Add((byte)(maskBit | 126));
            frame.Add((byte)(length >> 8));
            frame.Add((byte)length);
        }
        else
        {
            frame.Add((byte)(maskBit | (int)length));
        }

        if (key is not null)
            frame.AddRange(key);
        for (var i = 0; i < payload.Length; i++)
            frame.Add((byte)(payload[i] ^ (key is null ? 0 : key[i % 4])));
        return [.. frame];
    }

    public static byte[] Frame(int opcode, byte[] payload, bool fin = true, int rsv = 0, int lengthBits = 0, ulong? announced = null) =>
        Raw(opcode, payload, ExampleKey, fin, rsv, lengthBits, announced);

    public static byte[] Frame(int opcode, string payload, bool fin = true, int rsv = 0) => Frame(opcode, Utf8(payload), fin, rsv);

    public static byte[] Text(string text) => Frame(TextFrame, text);

    public static byte[] Binary(byte[] payload) => Frame(BinaryFrame, payload);

    public static byte[] Ping(string payload = "") => Frame(PingFrame, payload);

    public static byte[] Pong(string payload = "") => Frame(PongFrame, payload);

    public static byte[] Close(int code, string reason = "") => Close(code, Utf8(reason));

    public static byte[] Close(int code, byte[] reason) => Frame(CloseFrame, [(byte)(code >> 8), (byte)code, .. reason]);

    public static byte[] Join(params byte[][] frames) => [.. frames.SelectMany(frame => frame)];

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Octets that neither repeat soon nor compress away.</summary>
    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)(i * 7 + (i >> 8) * 13);
        return bytes;
    }

    /// <summary>RFC 7692 7.2.1: a stream ended by a sync flush, without the last four octets.</summary>
    public static byte[] Deflated(byte[] message, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var output = new MemoryStream();
        using var stream = new DeflateStream(output, level, leaveOpen: true);
        stream.Write(message);
        stream.Flush();
        var bytes = output.ToArray();
        if (!bytes.AsSpan().EndsWith((ReadOnlySpan<byte>)[0, 0, 0xFF, 0xFF]))
            throw new InvalidOperationException("A sync flush ends with an empty stored block.");
        return bytes[..^4];
    }

    public static byte[] Deflated(string message) => Deflated(Utf8(message));
}
