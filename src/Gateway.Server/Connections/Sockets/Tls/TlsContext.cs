using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>The node's certificate and what TLS it speaks, as OpenSSL wants it. Any thread.</summary>
internal sealed class TlsContext : IDisposable
{
    // What .NET's own TLS offers of TLS 1.2: forward secrecy only. That of TLS 1.3 is OpenSSL's default.
    private const string Ciphers =
        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:"
        + "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256";

    // An idle connection gives its record buffers back.
    private const int Modes = OpenSsl.ModeReleaseBuffers;

    // Many clients leave with a FIN and no close_notify. That is an end and no attack: HTTP and WebSockets say themselves where a message ends.
    // Without the option OpenSSL answers them with a fatal alert, behind which a client may forget what it has not read yet.
    private const ulong Options = OpenSsl.IgnoreUnexpectedEnd | OpenSsl.NoCompression | OpenSsl.NoRenegotiation | OpenSsl.ServerPreference;

    private readonly ConcurrentDictionary<Lane, TlsOutput> _outputs = [];

    // Of the context, which OpenSSL lets nobody replace while another makes a session of it. Taken once for each handshake.
    private readonly Lock _renewing = new();
    private nint _context;
    private long _openCount;

    /// <param name="chain">The certificate with its key first, then its issuers.</param>
    /// <exception cref="DllNotFoundException">The machine has no OpenSSL 3.</exception>
    /// <exception cref="EntryPointNotFoundException">It has a different one.</exception>
    /// <exception cref="CryptographicException">OpenSSL does not take the certificate or its key.</exception>
    public TlsContext(X509Certificate2Collection chain)
    {
        // As .NET does it: lanes may still speak TLS when the process exits.
        Check(OpenSsl.Initialize(OpenSsl.InitNoAtExit | OpenSsl.InitLoadConfig, 0));
        _context = Make(chain);
    }

    /// <summary>Sessions that are open.</summary>
    public long OpenCount => Volatile.Read(ref _openCount);

    /// <summary>Begins the server's side of a session on a socket. Ended by <see cref="Close"/>, exactly once.</summary>
    /// <returns>0 when there is no memory for it.</returns>
    public nint Open(int socket)
    {
        nint session;
        lock (_renewing)
        {
            session = OpenSsl.NewSession(_context);
        }

        if (session != 0 && OpenSsl.SetFile(session, socket) != 1)
        {
            OpenSsl.FreeSession(session);
            return 0;
        }

        if (session != 0)
        {
            Interlocked.Increment(ref _openCount);
        }

        return session;
    }

    /// <summary>Sessions that are opened from now on show this certificate; those that are open go on.</summary>
    /// <param name="chain">The certificate with its key first, then its issuers.</param>
    /// <exception cref="CryptographicException">OpenSSL does not take the certificate or its key; the former one stays.</exception>
    public void Renew(X509Certificate2Collection chain)
    {
        var context = Make(chain);
        lock (_renewing)
        {
            if (_context == 0)
            {
                OpenSsl.FreeContext(context);
                return;
            }

            // Its sessions hold on to it.
            OpenSsl.FreeContext(_context);
            _context = context;
        }
    }

    /// <summary>Where the sessions of a lane write to. Called on the lane, which ends before the context is disposed.</summary>
    /// <exception cref="CryptographicException">OpenSSL has no memory for it.</exception>
    public TlsOutput OutputOf(Lane lane) => _outputs.GetOrAdd(lane, static (_, context) => new TlsOutput(context), this);

    public void Close(nint session)
    {
        OpenSsl.FreeSession(session);
        Interlocked.Decrement(ref _openCount);
    }

    /// <summary>Sessions that are still open hold on to what they need.</summary>
    public void Dispose()
    {
        lock (_renewing)
        {
            OpenSsl.FreeContext(_context);
            _context = 0;
        }

        foreach (var lane in _outputs.Keys)
        {
            if (_outputs.TryRemove(lane, out var output))
            {
                output.Dispose();
            }
        }
    }

    private static nint Make(X509Certificate2Collection chain)
    {
        var context = OpenSsl.NewContext(OpenSsl.ServerMethod());
        Check(context);
        try
        {
            OpenSsl.SetContextOptions(context, Options);
            Check(OpenSsl.ControlContext(context, OpenSsl.ControlMinVersion, OpenSsl.Tls12, 0));
            Check(OpenSsl.SetContextCiphers(context, Ciphers));
            OpenSsl.ControlContext(context, OpenSsl.ControlMode, Modes, 0);

            // Reading comes back after a message of the handshake: a client that goes on sending such would keep the lane in it. It does so only while nothing was read ahead; that is why
            // OpenSSL is left to ask the kernel twice for each record.
            OpenSsl.ControlContext(context, OpenSsl.ControlClearMode, OpenSsl.ModeAutoRetry, 0);

            // What the machine's openssl.cnf may have turned on, and lanes that send the records themselves cannot have: one that the kernel makes, or one larger than what it carries needs.
            OpenSsl.ClearContextOptions(context, OpenSsl.KernelTls);
            Check(OpenSsl.SetContextPadding(context, 0));
            OpenSsl.ControlContext(context, OpenSsl.ControlSessionCache, OpenSsl.SessionCacheOff, 0);
            Use(context, chain);
            return context;
        }
        catch
        {
            OpenSsl.FreeContext(context);
            throw;
        }
    }

    private static void Use(nint context, X509Certificate2Collection chain)
    {
        var own = chain[0];
        Check(OpenSsl.UseCertificate(context, own.RawData.Length, in own.RawData[0]));
        foreach (var issuer in chain.Skip(1))
        {
            var certificate = Read(issuer.RawData, OpenSsl.ReadCertificate);

            // Taken over with success.
            if (OpenSsl.ControlContext(context, OpenSsl.ControlAddChainCertificate, 0, certificate) != 1)
            {
                OpenSsl.FreeCertificate(certificate);
                Check(0);
            }
        }

        var der = ExportKey(own);
        try
        {
            var key = Read(der, OpenSsl.ReadKey);
            var used = OpenSsl.UseKey(context, key);
            OpenSsl.FreeKey(key);
            Check(used);
            Check(OpenSsl.CheckKey(context));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static byte[] ExportKey(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm? key = certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey();
        return key?.ExportPkcs8PrivateKey() ?? throw new CryptographicException("the key is neither RSA nor ECDSA.");
    }

    private delegate nint Reader(nint reuse, ref nint at, nint lengthBytes);

    private static nint Read(byte[] der, Reader read)
    {
        var pinned = GCHandle.Alloc(der, GCHandleType.Pinned);
        try
        {
            OpenSsl.ClearErrors();
            var at = pinned.AddrOfPinnedObject();
            var result = read(0, ref at, der.Length);
            Check(result);
            return result;
        }
        finally
        {
            pinned.Free();
        }
    }

    private static void Check(nint result)
    {
        if (result > 0 || result < -1)
        {
            return;
        }

        var text = new byte[256];
        OpenSsl.DescribeError(OpenSsl.TakeError(), ref text[0], text.Length);
        throw new CryptographicException("OpenSSL: " + Encoding.ASCII.GetString(text).TrimEnd('\0'));
    }
}
