using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Server.Connections.Sockets.Tls;

/// <summary>
/// Where OpenSSL writes what the sessions of a lane with one certificate send: a memory BIO that they share, in place of their sockets. What a call has written is taken from it and sent by whoever made the call, by itself or with
/// the lane's batch. Belongs to its lane.
/// </summary>
/// <remarks>Invariant: it is empty between two calls of OpenSSL for different sessions. So what is found in it after a call is that session's.</remarks>
internal sealed class TlsOutput : IDisposable
{
    /// <summary>How much larger than what it carries a record is at most, with an answer to new keys before it (SSL3_RT_MAX_ENCRYPTED_OVERHEAD, header and answer). Only of one record, without padding.</summary>
    public const int MaxOverheadBytes = 256 + 64 + 64;

    /// <summary>Two records.</summary>
    public const int BufferBytes = 32 * 1024;

    private readonly nint _memory;

    /// <exception cref="CryptographicException">OpenSSL has no memory for it.</exception>
    public TlsOutput(TlsContext context)
    {
        Context = context;
        _memory = OpenSsl.NewBio(OpenSsl.MemoryBio());
        if (_memory == 0)
        {
            throw new CryptographicException("OpenSSL has no memory for a BIO.");
        }
    }

    public TlsContext Context { get; }

    /// <summary>Where records are put that are sent one connection at a time; used within one call.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    /// <summary>From now on a session, whose handshake is done, writes here.</summary>
    public void Attach(nint session)
    {
        // The session takes over one reference.
        _ = OpenSsl.RetainBio(_memory);
        OpenSsl.SetOutput(session, _memory);
    }

    /// <summary>Takes what was written, as far as there is place.</summary>
    /// <returns>Bytes; 0: nothing was.</returns>
    public int Take(Span<byte> into) => Math.Max(0, OpenSsl.ReadBio(_memory, ref MemoryMarshal.GetReference(into), into.Length));

    /// <summary>Forgets what was written.</summary>
    /// <returns>True when there was anything.</returns>
    public bool Clear()
    {
        var isAny = false;
        while (Take(Buffer) > 0)
        {
            isAny = true;
        }

        return isAny;
    }

    /// <summary>Sessions that are still open hold on to the BIO.</summary>
    public void Dispose() => _ = OpenSsl.FreeBio(_memory);
}
