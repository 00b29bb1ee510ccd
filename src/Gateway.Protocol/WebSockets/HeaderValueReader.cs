using System.Buffers;

namespace Gateway.Protocol.WebSockets;

/// <summary>Walks through a header value made of tokens and separators (RFC 7230 3.2.6).</summary>
internal ref struct HeaderValueReader(ReadOnlySpan<byte> value)
{
    private static readonly SearchValues<byte> TokenOctets =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private ReadOnlySpan<byte> _rest = value;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenOctets);

    /// <summary>Whether a comma-separated list has this token, whatever its case.</summary>
    public static bool ListContains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        foreach (var range in list.Split((byte)','))
        {
            if (System.Text.Ascii.EqualsIgnoreCase(list[range].Trim(" \t"u8), token))
                return true;
        }

        return false;
    }

    public void SkipSpace() => _rest = _rest.TrimStart(" \t"u8);

    public bool TrySkip(byte separator)
    {
        if (_rest.IsEmpty || _rest[0] != separator)
            return false;
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadToken(out ReadOnlySpan<byte> token)
    {
        var end = _rest.IndexOfAnyExcept(TokenOctets);
        token = end < 0 ? _rest : _rest[..end];
        _rest = _rest[token.Length..];
        return !token.IsEmpty;
    }

    /// <summary>A quoted string must be a token once its quotes are taken away (RFC 6455 9.1), so it has no escapes that matter.</summary>
    public bool TryReadTokenOrQuoted(out ReadOnlySpan<byte> token) =>
        TrySkip((byte)'"') ? TryReadToken(out token) && TrySkip((byte)'"') : TryReadToken(out token);
}
