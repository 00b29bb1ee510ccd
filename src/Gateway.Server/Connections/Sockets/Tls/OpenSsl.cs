using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>The functions of OpenSSL 3 that the lanes call (man 3ssl of each name): of the library that .NET itself uses.</summary>
/// <remarks>Errors lie in a queue of the thread, so each call that is followed by <see cref="GetError"/> has <see cref="ClearErrors"/> before it, on the same thread.</remarks>
internal static partial class OpenSsl
{
    public const int ErrorWantRead = 2;                  // SSL_ERROR_WANT_READ
    public const int ErrorWantWrite = 3;                 // SSL_ERROR_WANT_WRITE
    public const int ErrorZeroReturn = 6;                // SSL_ERROR_ZERO_RETURN

    public const ulong InitLoadConfig = 0x40;            // OPENSSL_INIT_LOAD_CONFIG
    public const ulong InitNoAtExit = 0x80000;           // OPENSSL_INIT_NO_ATEXIT

    public const int ControlAddChainCertificate = 14;    // SSL_CTRL_EXTRA_CHAIN_CERT
    public const int ControlMode = 33;                   // SSL_CTRL_MODE
    public const int ControlClearMode = 78;              // SSL_CTRL_CLEAR_MODE
    public const int ControlSessionCache = 44;           // SSL_CTRL_SET_SESS_CACHE_MODE
    public const int ControlMinVersion = 123;            // SSL_CTRL_SET_MIN_PROTO_VERSION

    public const int ModeAutoRetry = 0x4;                // SSL_MODE_AUTO_RETRY
    public const int ModeReleaseBuffers = 0x10;          // SSL_MODE_RELEASE_BUFFERS
    public const int SessionCacheOff = 0;                // SSL_SESS_CACHE_OFF
    public const int Tls12 = 0x303;                      // TLS1_2_VERSION

    public const ulong KernelTls = 1UL << 3;             // SSL_OP_ENABLE_KTLS
    public const ulong IgnoreUnexpectedEnd = 1UL << 7;   // SSL_OP_IGNORE_UNEXPECTED_EOF
    public const ulong NoCompression = 1UL << 17;        // SSL_OP_NO_COMPRESSION
    public const ulong ServerPreference = 1UL << 22;     // SSL_OP_CIPHER_SERVER_PREFERENCE
    public const ulong NoRenegotiation = 1UL << 30;      // SSL_OP_NO_RENEGOTIATION

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl, EntryPoint = "OPENSSL_init_ssl")]
    public static partial int Initialize(ulong options, nint settings);

    [LibraryImport(Ssl, EntryPoint = "TLS_server_method")]
    public static partial nint ServerMethod();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    public static partial nint NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ControlContext(nint context, int command, nint number, nint argument);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong SetContextOptions(nint context, ulong options);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_clear_options")]
    public static partial ulong ClearContextOptions(nint context, ulong options);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_block_padding")]
    public static partial int SetContextPadding(nint context, nint blockBytes);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_cipher_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetContextCiphers(nint context, string ciphers);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_certificate_ASN1")]
    public static partial int UseCertificate(nint context, int lengthBytes, in byte der);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_PrivateKey")]
    public static partial int UseKey(nint context, nint key);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_check_private_key")]
    public static partial int CheckKey(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    public static partial nint NewSession(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    public static partial void FreeSession(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_fd")]
    public static partial int SetFile(nint session, int file);

    /// <summary>Of writing alone; takes over the reference.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_set0_wbio")]
    public static partial void SetOutput(nint session, nint bio);

    /// <summary>Where the session reads from.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_get_rbio")]
    [SuppressGCTransition]
    public static partial nint InputOf(nint session);

    /// <summary>What both sides have agreed on, of a session whose handshake is done.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_get_session")]
    public static partial nint TermsOf(nint session);

    /// <returns>RFC 6066 4: 1 to 4 for 512 to 4,096 bytes; 0 when the client has not asked.</returns>
    [LibraryImport(Ssl, EntryPoint = "SSL_SESSION_get_max_fragment_length")]
    public static partial byte MaxFragmentOf(nint terms);

    [LibraryImport(Ssl, EntryPoint = "SSL_in_init")]
    [SuppressGCTransition]
    public static partial int IsInHandshake(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_accept")]
    public static partial int Accept(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_read", SetLastError = true)]
    public static partial int Read(nint session, ref byte buffer, int lengthBytes);

    [LibraryImport(Ssl, EntryPoint = "SSL_write")]
    public static partial int Write(nint session, in byte buffer, int lengthBytes);

    [LibraryImport(Ssl, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint session);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    public static partial int GetError(nint session, int result);

    [LibraryImport(Crypto, EntryPoint = "BIO_s_mem")]
    public static partial nint MemoryBio();

    [LibraryImport(Crypto, EntryPoint = "BIO_new")]
    public static partial nint NewBio(nint kind);

    [LibraryImport(Crypto, EntryPoint = "BIO_up_ref")]
    public static partial int RetainBio(nint bio);

    [LibraryImport(Crypto, EntryPoint = "BIO_free")]
    public static partial int FreeBio(nint bio);

    [LibraryImport(Crypto, EntryPoint = "BIO_read")]
    public static partial int ReadBio(nint bio, ref byte buffer, int lengthBytes);

    /// <returns>Bytes that were ever read from it.</returns>
    [LibraryImport(Crypto, EntryPoint = "BIO_number_read")]
    [SuppressGCTransition]
    public static partial ulong CountRead(nint bio);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    public static partial nuint TakeError();

    [LibraryImport(Crypto, EntryPoint = "ERR_error_string_n")]
    public static partial void DescribeError(nuint error, ref byte text, nint lengthBytes);

    /// <param name="at">Where the DER begins; set behind it.</param>
    [LibraryImport(Crypto, EntryPoint = "d2i_X509")]
    public static partial nint ReadCertificate(nint reuse, ref nint at, nint lengthBytes);

    /// <param name="at">Where the DER begins, PKCS #8 or the key's own form; set behind it.</param>
    [LibraryImport(Crypto, EntryPoint = "d2i_AutoPrivateKey")]
    public static partial nint ReadKey(nint reuse, ref nint at, nint lengthBytes);

    [LibraryImport(Crypto, EntryPoint = "X509_free")]
    public static partial void FreeCertificate(nint certificate);

    [LibraryImport(Crypto, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);
}
