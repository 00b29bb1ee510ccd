using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Gateway.Server.Connections.Sockets.Tls;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>A TLS client that does what .NET's never does: changes its keys, asks to negotiate again, leaves without a word. Its calls return at once.</summary>
internal sealed partial class OpenSslPeer : IDisposable
{
    public const int Tls11 = 0x302;
    public const int Tls12 = 0x303;
    public const int Tls13 = 0x304;

    private const int ControlMaxVersion = 124;   // SSL_CTRL_SET_MAX_PROTO_VERSION
    private const int KeyUpdateRequested = 1;    // SSL_KEY_UPDATE_REQUESTED

    private readonly List<string> _keyLog = [];
    private readonly KeyLogger _logKey;
    private readonly nint _context;
    private readonly nint _session;

    /// <param name="socket">Connected. It is made non-blocking, and stays its maker's to close.</param>
    /// <param name="maxFragment">RFC 6066 4: 1 to 4 asks for records of 512 to 4,096 bytes.</param>
    /// <param name="ciphers">Of TLS 1.2.</param>
    public OpenSslPeer(Socket socket, int version, byte maxFragment = 0, string ciphers = "DEFAULT")
    {
        socket.Blocking = false;
        _logKey = (_, line) => _keyLog.Add(Marshal.PtrToStringUTF8(line)!);
        _context = OpenSsl.NewContext(ClientMethod());
        SetKeyLogger(_context, _logKey);
        _ = OpenSsl.ControlContext(_context, OpenSsl.ControlMinVersion, version, 0);
        _ = OpenSsl.ControlContext(_context, ControlMaxVersion, version, 0);

        // TLS 1.1 is below what the library speaks unasked.
        Assert.Equal(1, OpenSsl.SetContextCiphers(_context, ciphers + ":@SECLEVEL=0"));
        Assert.Equal(1, SetMaxFragment(_context, maxFragment));
        _session = OpenSsl.NewSession(_context);
        Assert.Equal(1, OpenSsl.SetFile(_session, (int)socket.Handle));
    }

    /// <summary>What is wrong with the session, as OpenSSL says it; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>True when the server has said that it sends no more.</summary>
    public bool IsEnded { get; private set; }

    private delegate void KeyLogger(nint session, nint line);

    /// <summary>The secrets of the session, as lines of a SSLKEYLOGFILE.</summary>
    public IReadOnlyList<string> KeyLog => _keyLog;

    /// <summary>Steps through the handshake, the first or the one asked for by <see cref="Renegotiate"/>.</summary>
    /// <returns>True when it is done.</returns>
    public bool Shake()
    {
        OpenSsl.ClearErrors();
        return Look(Connect(_session)) == 1;
    }

    /// <summary>Sends all, or what goes.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        OpenSsl.ClearErrors();
        return Look(OpenSsl.Write(_session, in MemoryMarshal.GetReference(bytes), bytes.Length));
    }

    public int Read(Span<byte> buffer)
    {
        OpenSsl.ClearErrors();
        return Look(OpenSsl.Read(_session, ref MemoryMarshal.GetReference(buffer), buffer.Length));
    }

    /// <summary>TLS 1.3: with the next write our keys change, and the server is asked to change its own (RFC 8446 4.6.3).</summary>
    public void UpdateKeys() => Assert.Equal(1, UpdateKeys(_session, KeyUpdateRequested));

    /// <summary>TLS 1.2: with the next <see cref="Shake"/> the client asks to negotiate again.</summary>
    public void Renegotiate() => Assert.Equal(1, Renegotiate(_session));

    public void Dispose()
    {
        OpenSsl.FreeSession(_session);
        OpenSsl.FreeContext(_context);
    }

    private int Look(int result)
    {
        if (result > 0)
        {
            return result;
        }

        switch (OpenSsl.GetError(_session, result))
        {
            case OpenSsl.ErrorWantRead or OpenSsl.ErrorWantWrite:
                break;
            case OpenSsl.ErrorZeroReturn:
                IsEnded = true;
                break;
            default:
                var text = new byte[256];
                OpenSsl.DescribeError(OpenSsl.TakeError(), ref text[0], text.Length);
                Fault = Encoding.ASCII.GetString(text).TrimEnd('\0');
                break;
        }

        return 0;
    }

    [LibraryImport("libssl.so.3", EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_set_tlsext_max_fragment_length")]
    private static partial int SetMaxFragment(nint context, byte code);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_connect")]
    private static partial int Connect(nint session);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_set_keylog_callback")]
    private static partial void SetKeyLogger(nint context, KeyLogger logger);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_key_update")]
    private static partial int UpdateKeys(nint session, int kind);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_renegotiate")]
    private static partial int Renegotiate(nint session);
}
