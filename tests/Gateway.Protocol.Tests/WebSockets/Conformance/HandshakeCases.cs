namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>RFC 6455 4.1, 4.2, 4.4, 9.1 and RFC 7692 7.1 as a table; like <see cref="ConformanceCases"/> for parser and socket.</summary>
internal static class HandshakeCases
{
    public const string Path = "/echo";
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>The RFC's answer to <see cref="Key"/> (1.3).</summary>
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private const string NoTakeover = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private const string Rest = "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + Key + "\r\nSec-WebSocket-Version: 13\r\n\r\n";

    public static IReadOnlyList<HandshakeCase> All { get; } =
    [
        .. RequestLines(), .. Syntax(), .. Required(), .. SubProtocols(), .. Extensions(),
    ];

    public static HandshakeCase Named(string name) => All.Single(row => row.ToString() == name);

    /// <summary>A correct request with these changes: a header by its name, null to leave it out; others are added.</summary>
    public static string Request(params (string Name, string? Value)[] changes)
    {
        var headers = new List<(string Name, string? Value)>
        {
            ("Host", "localhost:8080"), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", Key), ("Sec-WebSocket-Version", "13"),
        };
        foreach (var change in changes)
        {
            var at = headers.FindIndex(header => header.Name == change.Name);
            if (at < 0)
                headers.Add(change);
            else
                headers[at] = change;
        }

        var lines = headers.Where(header => header.Value is not null).Select(header => $"{header.Name}: {header.Value}\r\n");
        return $"GET {Path} HTTP/1.1\r\n{string.Concat(lines)}\r\n";
    }

    private static IEnumerable<HandshakeCase> RequestLines()
    {
        yield return Good("4.1", "The plainest request", Request());
        yield return Good("4.1", "A query", Request().Replace(Path, Path + "?token=a%20b&c=?/d", StringComparison.Ordinal));
        yield return Good("4.1", "An absolute http URI", Request().Replace(Path, "http://localhost:8080" + Path, StringComparison.Ordinal));
        yield return Good("4.1", "An absolute https URI", Request().Replace(Path, "HTTPS://localhost" + Path + "?q", StringComparison.Ordinal));
        foreach (var line in new[]
        {
            "POST /echo HTTP/1.1", "PUT /echo HTTP/1.1", "HEAD /echo HTTP/1.1", "CONNECT localhost:80 HTTP/1.1", "OPTIONS * HTTP/1.1", "get /echo HTTP/1.1",
            "GET /echo HTTP/1.0", "GET /echo HTTP/2.0", "GET /echo HTTP/1.2", "GET /echo http/1.1", "GET /echo", "GET  /echo HTTP/1.1", "GET /echo  HTTP/1.1",
            "GET /echo HTTP/1.1 ", "GET echo HTTP/1.1", "GET * HTTP/1.1", "GET /echo#part HTTP/1.1", "GET /ec\u00e4ho HTTP/1.1", "GET /ec\0ho HTTP/1.1",
            "GET /other HTTP/1.1", "GET / HTTP/1.1", "GET /Echo HTTP/1.1", "GET /echo/ HTTP/1.1", "GET /%65cho HTTP/1.1", "GET //echo HTTP/1.1", "GET ws://localhost/echo HTTP/1.1",
            "GET http:///echo HTTP/1.1", "PRI * HTTP/2.0", "", " GET /echo HTTP/1.1",
        })
        {
            yield return new("4.1", $"Request line '{line}'", $"{line}\r\n{Rest}", HandshakeVerdict.NotOurs);
        }

        yield return new("4.1", "Request line without CR", $"GET {Path} HTTP/1.1\n{Rest}", HandshakeVerdict.NotOurs);
        yield return new("4.1", "An empty line first", "\r\n" + Request(), HandshakeVerdict.NotOurs);
        yield return new("4.1", "A TLS hello", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc", HandshakeVerdict.NotOurs);
        yield return new("4.1", "Nothing yet", "", HandshakeVerdict.Waiting);
        yield return new("4.1", "Half a method", "GE", HandshakeVerdict.Waiting);
        yield return new("4.1", "Half a request line", "GET /ec", HandshakeVerdict.Waiting);
        yield return new("4.1", "The last LF is missing", Request()[..^1], HandshakeVerdict.Waiting);
        yield return new("4.1", "A plain GET of the path", $"GET {Path} HTTP/1.1\r\nHost: localhost\r\n\r\n", HandshakeVerdict.NotOurs);
    }

    private static IEnumerable<HandshakeCase> Syntax()
    {
        yield return Good("4.2.1", "Any case in header names and tokens", Request().ToUpperInvariant().Replace("/ECHO", Path, StringComparison.Ordinal).Replace(Key.ToUpperInvariant(), Key, StringComparison.Ordinal));
        yield return Good("4.2.1", "No space behind colons", Request().Replace(": ", ":", StringComparison.Ordinal));
        yield return Good("4.2.1", "Spaces and tabs around values", Request().Replace(": ", ": \t ", StringComparison.Ordinal).Replace("websocket\r", "websocket \t\r", StringComparison.Ordinal));
        yield return Good("4.2.1", "Octets above 127 in a value", Request(("X-Name", "\u00e4\u00ff")));
        yield return Good("4.2.1", "Unknown headers", Request(("X-Anything", "a, b; c"), ("Empty", "")));
        yield return Bad("4.2.1", "A folded value", Request(("X-A", "a\r\n b")), 400);
        yield return Bad("4.2.1", "A value folded with a tab", Request(("X-A", "a\r\n\tb")), 400);
        yield return Bad("4.2.1", "A bare LF", Request(("X-A", "a\nX-B: b")), 400);
        yield return Bad("4.2.1", "A bare CR", Request(("X-A", "a\rb")), 400);
        yield return Bad("4.2.1", "A NUL in a value", Request(("X-A", "a\0b")), 400);
        yield return Bad("4.2.1", "A control octet in a value", Request(("X-A", "a\u0001b")), 400);
        yield return Bad("4.2.1", "A DEL in a value", Request(("X-A", "a\u007fb")), 400);
        yield return Bad("4.2.1", "A space before the colon", Request(("X-A ", "a")), 400);
        yield return Bad("4.2.1", "A space in a name", Request(("X A", "a")), 400);
        yield return Bad("4.2.1", "A NUL in a name", Request(("X\0A", "a")), 400);
        yield return Bad("4.2.1", "An empty name", Request(("", "a")), 400);
        yield return Bad("4.2.1", "A name beyond ASCII", Request(("X-\u00e4", "a")), 400);
        yield return Bad("4.2.1", "A line without a colon", Request(("X-A", "a\r\nnonsense")), 400);
        yield return Bad("4.2.1", "A smuggled body", Request(("Content-Length", "5")), 400);
        yield return Bad("4.2.1", "A smuggled chunked body", Request(("Transfer-Encoding", "chunked")), 400);
        yield return Good("4.2.1", "An empty body", Request(("Content-Length", "0")));
        yield return Bad("4.2.1", "Content-Length twice", Request(("Content-Length", "0\r\nContent-Length: 0")), 400);
        yield return Bad("4.2.1", "A head that is too long", Request(("X-Long", new string('x', 17000))), 431);
        yield return new("4.2.1", "A head that is too long before it says websocket", Request(("Host", new string('x', 17000))), HandshakeVerdict.NotOurs);
        yield return Good("4.2.1", "A long head", Request(("X-Long", new string('x', 16000))));
        yield return Bad("4.2.1", "Too many headers", Request([.. Enumerable.Range(0, 96).Select(i => ($"X-{i}", (string?)"y"))]), 431);
        yield return Good("4.2.1", "As many headers as allowed", Request([.. Enumerable.Range(0, 95).Select(i => ($"X-{i}", (string?)"y"))]));
        yield return new("4.2.1", "A malformed line before it says websocket", $"GET {Path} HTTP/1.1\r\nbad line\r\n{Rest}", HandshakeVerdict.NotOurs);
    }

    private static IEnumerable<HandshakeCase> Required()
    {
        yield return Bad("4.2.1", "No Host", Request(("Host", null)), 400);
        yield return Bad("4.2.1", "An empty Host", Request(("Host", "")), 400);
        yield return Bad("4.2.1", "Host with a slash", Request(("Host", "a/b")), 400);
        yield return Bad("4.2.1", "Host with a space", Request(("Host", "a b")), 400);
        yield return Bad("4.2.1", "Host with user", Request(("Host", "user@host")), 400);
        yield return Bad("4.2.1", "Host twice", Request(("Host", "a\r\nHost: b")), 400);
        yield return Good("4.2.1", "An IPv6 Host", Request(("Host", "[::1]:8080")));
        yield return Bad("4.2.1", "No Connection", Request(("Connection", null)), 400);
        yield return Bad("4.2.1", "Connection: keep-alive", Request(("Connection", "keep-alive")), 400);
        yield return Bad("4.2.1", "Connection with upgrade inside another token", Request(("Connection", "no-upgrade, upgrades")), 400);
        yield return Good("4.2.1", "Connection with a list", Request(("Connection", "keep-alive, Upgrade")));
        yield return Good("4.2.1", "Connection in capitals without spaces", Request(("Connection", "keep-alive,UPGRADE,x")));
        yield return Good("4.2.1", "Connection over two lines", Request(("Connection", "keep-alive\r\nConnection: upgrade")));
        yield return new("4.2.1", "No Upgrade", Request(("Upgrade", null)), HandshakeVerdict.NotOurs);
        yield return new("4.2.1", "Upgrade to h2c", Request(("Upgrade", "h2c")), HandshakeVerdict.NotOurs);
        yield return new("4.2.1", "Upgrade to websockets", Request(("Upgrade", "websockets")), HandshakeVerdict.NotOurs);
        yield return Good("4.2.1", "Upgrade in mixed case", Request(("Upgrade", "WebSocket")));
        yield return Good("4.2.1", "Upgrade with a list", Request(("Upgrade", "h2c, websocket")));
        yield return Bad("4.2.1", "No key", Request(("Sec-WebSocket-Key", null)), 400);
        yield return Bad("4.2.1", "Key twice", Request(("Sec-WebSocket-Key", $"{Key}\r\nSec-WebSocket-Key: {Key}")), 400);
        foreach (var key in new[] { "", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZSEh", "dGhlIHNhbXBsZSBub25j*Q==", "dGhlIHNhbXBsZSBu b25jZQ==", "====dGhlIHNhbXBsZSBub25j" })
            yield return Bad("4.2.1", $"Key '{key}'", Request(("Sec-WebSocket-Key", key)), 400);
        yield return Bad("4.4", "No version", Request(("Sec-WebSocket-Version", null)), 426);
        foreach (var version in new[] { "", "0", "7", "8", "12", "14", "013", "13, 8", "thirteen" })
            yield return Bad("4.4", $"Version '{version}'", Request(("Sec-WebSocket-Version", version)), 426);
        yield return Bad("4.4", "Version twice", Request(("Sec-WebSocket-Version", "13\r\nSec-WebSocket-Version: 13")), 400);
        yield return Bad("10.2", "Origin twice", Request(("Origin", "https://a\r\nOrigin: https://b")), 400);
        yield return Good("10.2", "An origin", Request(("Origin", "https://example.com")));
        yield return Bad("10.5", "Authorization twice", Request(("Authorization", "Bearer a\r\nAuthorization: Bearer b")), 400);
    }

    private static IEnumerable<HandshakeCase> SubProtocols()
    {
        yield return Bad("4.1", "Subprotocols empty", Request(("Sec-WebSocket-Protocol", "")), 400);
        yield return Bad("4.1", "Subprotocols of commas", Request(("Sec-WebSocket-Protocol", " , ,")), 400);
        yield return Bad("4.1", "A subprotocol that is no token", Request(("Sec-WebSocket-Protocol", "a b")), 400);
        yield return Bad("4.1", "A subprotocol with a slash", Request(("Sec-WebSocket-Protocol", "chat/1")), 400);
        yield return Bad("4.1", "A subprotocol twice", Request(("Sec-WebSocket-Protocol", "chat, other, chat")), 400);
        yield return Bad("4.1", "A subprotocol twice over two lines", Request(("Sec-WebSocket-Protocol", "chat\r\nSec-WebSocket-Protocol: chat")), 400);
        yield return Bad("4.1", "Forty subprotocols", Request(("Sec-WebSocket-Protocol", string.Join(',', Enumerable.Range(0, 40)))), 400);
    }

    private static IEnumerable<HandshakeCase> Extensions()
    {
        yield return Good("9.1", "Unknown extensions", Offer("x-webkit-deflate-frame, foo; bar=baz; quux=\"quoted\""));
        yield return Good("9.1", "An empty list", Offer(""));
        foreach (var malformed in new[] { ";", "foo;", "foo; ;", "foo bar", "foo; =1", "foo; a=", "foo; a=\"", "foo; a=\"b", "foo; a=\"\"", "foo; a=\"b c\"", "foo; a=b c", "foo=1", "\"foo\"", "permessage-deflate; server_max_window_bits=" })
            yield return Bad("9.1", $"Malformed '{malformed}'", Offer(malformed), 400);

        yield return Deflate("7.1", "The plain offer", "permessage-deflate");
        yield return Deflate("7.1", "Any case", "PERMESSAGE-Deflate");
        yield return Deflate("7.1.1.1", "server_no_context_takeover", "permessage-deflate; server_no_context_takeover");
        yield return Deflate("7.1.1.2", "client_no_context_takeover", "permessage-deflate; client_no_context_takeover");
        yield return Deflate("7.1.2.2", "client_max_window_bits without a value, as browsers send it", "permessage-deflate; client_max_window_bits");
        yield return Deflate("7.1.2.2", "client_max_window_bits=8", "permessage-deflate; client_max_window_bits=8");
        yield return Deflate("7.1.2.2", "client_max_window_bits quoted", "permessage-deflate; client_max_window_bits=\"15\"");
        yield return Deflate("7.1.2.1", "server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15", NoTakeover + "; server_max_window_bits=15");
        yield return Deflate(
            "7.1",
            "All parameters",
            "permessage-deflate;server_no_context_takeover;client_no_context_takeover;server_max_window_bits=15;client_max_window_bits=10",
            NoTakeover + "; server_max_window_bits=15");
        yield return Deflate("5", "A second offer when the first demands a small window", "permessage-deflate; server_max_window_bits=10, permessage-deflate");
        yield return Deflate("5", "A second offer when the first is invalid", "permessage-deflate; nonsense, permessage-deflate; client_max_window_bits");
        yield return Deflate("5", "Offers over two lines", "foo\r\nSec-WebSocket-Extensions: permessage-deflate");
        yield return Deflate("5", "Behind another extension", "foo; a=1, permessage-deflate");
        foreach (var declined in new[]
        {
            "server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=8", "server_max_window_bits=14", "server_max_window_bits=015",
            "server_max_window_bits=1a", "server_max_window_bits=100", "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=+9", "client_max_window_bits=08",
            "server_no_context_takeover=1", "client_no_context_takeover=true", "server_no_context_takeover; server_no_context_takeover",
            "client_max_window_bits; client_max_window_bits=10", "server_max_window_bits=15; server_max_window_bits=15", "unknown", "unknown=1",
        })
        {
            yield return new("RFC 7692 7.1", $"Declined: {declined}", Offer($"permessage-deflate; {declined}"), HandshakeVerdict.Upgraded);
        }
    }

    private static string Offer(string extensions) => Request(("Sec-WebSocket-Extensions", extensions));

    private static HandshakeCase Good(string section, string name, string request) => new(section, name, request, HandshakeVerdict.Upgraded);

    private static HandshakeCase Bad(string section, string name, string request, int status) => new(section, name, request, HandshakeVerdict.Refused, status);

    private static HandshakeCase Deflate(string section, string name, string offer, string answer = NoTakeover) =>
        new($"RFC 7692 {section}", name, Offer(offer), HandshakeVerdict.Upgraded, Extensions: answer);
}
