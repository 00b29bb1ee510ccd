namespace Gateway.Protocol.WebSockets;

/// <summary>An opening handshake (RFC 6455 4.2.1), with what a gateway wants to know of it.</summary>
public sealed class HandshakeRequest
{
    /// <summary>The request's path as it stood there, not decoded: begins with a slash.</summary>
    public string Path { get; internal set; } = "";

    /// <summary>What followed the question mark, not decoded; empty if there was none.</summary>
    public string Query { get; internal set; } = "";

    /// <summary>The Host header: name and port.</summary>
    public string Host { get; internal set; } = "";

    /// <summary>The Origin header; browsers always send it. Null without.</summary>
    public string? Origin { get; internal set; }

    /// <summary>The client's nonce; <see cref="HandshakeResponse"/> answers it.</summary>
    public string SecWebSocketKey { get; internal set; } = "";

    /// <summary>The subprotocols that the client offers, the one it likes best first; empty if it offers none.</summary>
    public IReadOnlyList<string> SubProtocols { get; internal set; } = [];

    /// <summary>The well-formed offers of permessage-deflate in the client's order.</summary>
    public IReadOnlyList<DeflateOffer> DeflateOffers { get; internal set; } = [];

    /// <summary>The Authorization header; a secret, not for logs.</summary>
    public string? Authorization { get; internal set; }

    /// <summary>The Cookie header; a secret, not for logs.</summary>
    public string? Cookie { get; internal set; }

    /// <summary>The X-Forwarded-For headers, joined with commas. Only to be believed from a trusted proxy.</summary>
    public string? ForwardedFor { get; internal set; }

    /// <summary>The X-Forwarded-Proto header. Only to be believed from a trusted proxy.</summary>
    public string? ForwardedProto { get; internal set; }

    /// <summary>The User-Agent header, for logs and statistics.</summary>
    public string? UserAgent { get; internal set; }

    /// <summary>Header lines.</summary>
    public int HeaderCount { get; internal set; }

    /// <summary>Bytes of the request's head, the empty line at its end included. What lies behind are frames already.</summary>
    public int HeaderBytes { get; internal set; }

    /// <summary>The first offer of permessage-deflate that the server can meet (RFC 7692 5: the order is the client's preference).</summary>
    public DeflateOffer? AcceptableDeflate
    {
        get
        {
            foreach (var offer in DeflateOffers)
            {
                if (offer.IsAcceptable)
                    return offer;
            }

            return null;
        }
    }

    /// <summary>The first offered subprotocol that is among those supported; null if none is.</summary>
    public string? SelectSubProtocol(ReadOnlySpan<string> supported)
    {
        foreach (var offered in SubProtocols)
        {
            foreach (var known in supported)
            {
                if (string.Equals(offered, known, StringComparison.Ordinal))
                    return known;
            }
        }

        return null;
    }
}
