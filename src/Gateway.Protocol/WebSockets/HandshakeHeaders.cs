using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gateway.Protocol.WebSockets;

/// <summary>Second pass, once a head is complete and known to be an upgrade: checks and keeps what RFC 6455 4.2.1 asks for.</summary>
internal ref struct HandshakeHeaders
{
    /// <summary>Each name is compared with those before; a head of 16 KiB could hold 8,000. Nobody offers more than a handful.</summary>
    private const int MaxSubProtocols = 32;

    private static readonly SearchValues<byte> HostOctets =
        SearchValues.Create("-._~!$&'()*+,;=%:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly HandshakeRequest _request = new();
    private readonly List<DeflateOffer> _deflateOffers = [];
    private List<string>? _subProtocols;
    private ReadOnlySpan<byte> _host;
    private ReadOnlySpan<byte> _key;
    private ReadOnlySpan<byte> _version;
    private Seen _seen;
    private bool _connectionUpgrade;
    private HandshakeRejection _fault;

    public HandshakeHeaders()
    {
    }

    /// <summary>Headers that may come once.</summary>
    [Flags]
    private enum Seen
    {
        None = 0,
        Host = 1,
        Key = 2,
        Version = 4,
        Origin = 8,
        Authorization = 16,
        ContentLength = 32,
    }

    /// <summary>Reads a whole head.</summary>
    /// <param name="head">A head whose lines <see cref="HandshakeScan"/> found well formed.</param>
    /// <param name="request">To be used only if the result is None.</param>
    public static HandshakeRejection TryRead(ReadOnlySpan<byte> head, out HandshakeRequest request)
    {
        var headers = new HandshakeHeaders();
        request = headers._request;
        var position = 0;
        RequestTarget.TryRead(head[HandshakeScan.NextLine(head, ref position)!.Value], out var target);
        request.Path = Encoding.ASCII.GetString(target.Path);
        request.Query = Encoding.ASCII.GetString(target.Query);
        request.HeaderBytes = head.Length;

        while (HandshakeScan.NextLine(head, ref position) is { } line && HandshakeScan.TrySplit(head[line], out var name, out var value))
        {
            request.HeaderCount++;
            headers.Add(name, value);
        }

        return headers.Finish();
    }

    private void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Is(name, "host"u8))
        {
            Once(Seen.Host);
            _host = value;
        }
        else if (Is(name, "connection"u8))
        {
            _connectionUpgrade |= HeaderValueReader.ListContains(value, "upgrade"u8);
        }
        else if (Is(name, "sec-websocket-key"u8))
        {
            Once(Seen.Key);
            _key = value;
        }
        else if (Is(name, "sec-websocket-version"u8))
        {
            Once(Seen.Version);
            _version = value;
        }
        else if (Is(name, "sec-websocket-protocol"u8))
        {
            if (!TryAddSubProtocols(value))
                Fault(HandshakeRejection.SubProtocolsMalformed);
        }
        else if (Is(name, "sec-websocket-extensions"u8))
        {
            if (!ExtensionOffers.TryRead(value, _deflateOffers))
                Fault(HandshakeRejection.ExtensionsMalformed);
        }
        else if (Is(name, "transfer-encoding"u8))
        {
            Fault(HandshakeRejection.BodyNotAllowed);
        }
        else if (Is(name, "content-length"u8))
        {
            Once(Seen.ContentLength);
            if (!value.SequenceEqual("0"u8))
                Fault(HandshakeRejection.BodyNotAllowed);
        }
        else
        {
            AddOptional(name, value);
        }
    }

    private void AddOptional(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // Latin-1 keeps each octet; HTTP gives those above 0x7F no meaning (RFC 7230 3.2.4).
        if (Is(name, "origin"u8))
        {
            Once(Seen.Origin);
            _request.Origin = Encoding.Latin1.GetString(value);
        }
        else if (Is(name, "authorization"u8))
        {
            Once(Seen.Authorization);
            _request.Authorization = Encoding.Latin1.GetString(value);
        }
        else if (Is(name, "cookie"u8))
        {
            _request.Cookie = Join(_request.Cookie, "; ", value);
        }
        else if (Is(name, "x-forwarded-for"u8))
        {
            _request.ForwardedFor = Join(_request.ForwardedFor, ", ", value);
        }
        else if (Is(name, "x-forwarded-proto"u8))
        {
            _request.ForwardedProto = Join(_request.ForwardedProto, ", ", value);
        }
        else if (Is(name, "user-agent"u8))
        {
            _request.UserAgent = Join(_request.UserAgent, " ", value);
        }
    }

    /// <summary>Says what is wrong first: a header's own fault, then what is missing.</summary>
    private readonly HandshakeRejection Finish()
    {
        if (_fault != HandshakeRejection.None)
            return _fault;
        if ((_seen & Seen.Host) == Seen.None)
            return HandshakeRejection.HostMissing;
        if (_host.IsEmpty || _host.ContainsAnyExcept(HostOctets))
            return HandshakeRejection.HostInvalid;
        if (!_connectionUpgrade)
            return HandshakeRejection.ConnectionNotUpgrade;
        if ((_seen & Seen.Version) == Seen.None)
            return HandshakeRejection.VersionMissing;
        if (!_version.SequenceEqual("13"u8))
            return HandshakeRejection.VersionUnsupported;
        if ((_seen & Seen.Key) == Seen.None)
            return HandshakeRejection.KeyMissing;
        if (!IsKey(_key))
            return HandshakeRejection.KeyInvalid;

        _request.Host = Encoding.ASCII.GetString(_host);
        _request.SecWebSocketKey = Encoding.ASCII.GetString(_key);
        _request.SubProtocols = _subProtocols is null ? [] : _subProtocols;
        _request.DeflateOffers = _deflateOffers;
        return HandshakeRejection.None;
    }

    /// <summary>4.1: base64 of 16 octets, so 24 characters.</summary>
    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        Span<byte> decoded = stackalloc byte[18];
        return key.Length == HandshakeResponse.KeyChars
            && Base64.DecodeFromUtf8(key, decoded, out var consumed, out var written) == OperationStatus.Done
            && consumed == key.Length
            && written == 16;
    }

    /// <summary>4.1: a list of tokens, all different.</summary>
    private bool TryAddSubProtocols(ReadOnlySpan<byte> value)
    {
        _subProtocols ??= [];
        var before = _subProtocols.Count;
        foreach (var range in value.Split((byte)','))
        {
            var name = value[range].Trim(" \t"u8);
            if (name.IsEmpty)
                continue;
            if (!HeaderValueReader.IsToken(name))
                return false;
            var text = Encoding.ASCII.GetString(name);
            if (_subProtocols.Count == MaxSubProtocols || _subProtocols.Contains(text))
                return false;
            _subProtocols.Add(text);
        }

        return _subProtocols.Count > before;
    }

    private void Once(Seen header)
    {
        if ((_seen & header) != Seen.None)
            Fault(HandshakeRejection.DuplicateHeader);
        _seen |= header;
    }

    private void Fault(HandshakeRejection fault)
    {
        if (_fault == HandshakeRejection.None)
            _fault = fault;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(name, lowerCase);

    private static string Join(string? before, string separator, ReadOnlySpan<byte> value)
    {
        var text = Encoding.Latin1.GetString(value);
        return before is null ? text : before + separator + text;
    }
}
