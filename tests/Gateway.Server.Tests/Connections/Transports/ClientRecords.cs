using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>Records of a TLS 1.3 client made by hand (RFC 8446 5.2, 7.3), for what no library sends.</summary>
/// <param name="keyLog">Lines of a SSLKEYLOGFILE. The suite is TLS_AES_256_GCM_SHA384, OpenSSL's first.</param>
internal sealed class ClientRecords(IEnumerable<string> keyLog)
{
    private const byte Handshake = 22;
    private const int TagBytes = 16;

    private byte[] _secret = Convert.FromHexString(
        keyLog.Single(static line => line.StartsWith("CLIENT_TRAFFIC_SECRET_0 ", StringComparison.Ordinal)).Split(' ')[2]);

    /// <summary>From now on the next keys (RFC 8446 7.2), which the client has announced: numbers begin at 0 again.</summary>
    public void ChangeKeys() => _secret = Expand("traffic upd", _secret.Length);

    /// <param name="number">How many records the client has sent since the handshake, or under these keys.</param>
    /// <param name="message">A piece of a message of the handshake.</param>
    public byte[] Seal(long number, params ReadOnlySpan<byte> message) => SealPadded(number, 0, message);

    /// <param name="number">How many records the client has sent since the handshake, or under these keys.</param>
    /// <param name="paddingBytes">Zeros behind the message (RFC 8446 5.4); 200 at most.</param>
    /// <param name="message">A piece of a message of the handshake.</param>
    public byte[] SealPadded(long number, int paddingBytes, params ReadOnlySpan<byte> message)
    {
        byte[] inner = [.. message, Handshake, .. new byte[paddingBytes]];
        var nonce = Expand("iv", 12);
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), BinaryPrimitives.ReadInt64BigEndian(nonce.AsSpan(4)) ^ number);
        byte[] record = [23, 3, 3, 0, (byte)(inner.Length + TagBytes), .. inner, .. new byte[TagBytes]];
        using var cipher = new AesGcm(Expand("key", 32), TagBytes);
        cipher.Encrypt(nonce, inner, record.AsSpan(5, inner.Length), record.AsSpan(5 + inner.Length), record.AsSpan(0, 5));
        return record;
    }

    private byte[] Expand(string label, int length)
    {
        var name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"tls13 {label}"));
        return HKDF.Expand(HashAlgorithmName.SHA384, _secret, length, [0, (byte)length, (byte)name.Length, .. name, 0]);
    }
}
