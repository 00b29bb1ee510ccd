namespace Gateway.Protocol.WebSockets;

/// <summary>One well-formed offer of permessage-deflate (RFC 7692 7.1).</summary>
/// <param name="ServerNoContextTakeover">The client wants the server to compress each message by itself.</param>
/// <param name="ClientNoContextTakeover">The client says that it will do so anyway.</param>
/// <param name="ServerMaxWindowBits">The client cannot inflate with a window above 2 to this power (8-15); 0 if it says nothing.</param>
/// <param name="ClientMaxWindowBits">The client can compress with a window so small (8-15; 15 if it gives no value); 0 if it says nothing.</param>
public readonly record struct DeflateOffer(
    bool ServerNoContextTakeover, bool ClientNoContextTakeover, int ServerMaxWindowBits, int ClientMaxWindowBits)
{
    /// <summary>
    /// Whether this server can meet the offer: <see cref="Deflater"/> compresses with zlib's full window of 32 KiB, so a client that
    /// demands a smaller one is declined. What it says about its own window needs no answer: without context takeover we keep none.
    /// </summary>
    public bool IsAcceptable => ServerMaxWindowBits is 0 or 15;
}
