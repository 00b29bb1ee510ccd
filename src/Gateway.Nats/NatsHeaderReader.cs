using System.Buffers.Text;

namespace Gateway.Nats;

/// <summary>Walks over the headers of a message without allocation. Malformed lines are passed over.</summary>
/// <remarks><c>NATS/1.0[ status[ description]] CRLF *(name: value CRLF) CRLF</c></remarks>
public ref struct NatsHeaderReader
{
    /// <summary>The status of a server's answer to a request that nobody listens to.</summary>
    public const int NoResponders = 503;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Over <see cref="NatsMessage.Headers"/>.</summary>
    public NatsHeaderReader(ReadOnlySpan<byte> headers)
    {
        _rest = headers;
        Name = default;
        Value = default;
        NextLine();
    }

    /// <summary>As it was written: names differ by case.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Without the spaces around it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next header; false behind the last.</summary>
    public bool Read()
    {
        while (!_rest.IsEmpty)
        {
            var line = NextLine();
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
                continue;
            Name = line[..colon];
            Value = line[(colon + 1)..].Trim(" \t"u8);
            return true;
        }

        return false;
    }

    /// <summary>The first value of a name; false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var reader = new NatsHeaderReader(headers);
        while (reader.Read())
        {
            if (!reader.Name.SequenceEqual(name))
                continue;
            value = reader.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The status in the first line, such as 503; 0 when there is none.</summary>
    public static int StatusOf(ReadOnlySpan<byte> headers) =>
        headers.Length > 12 && headers[8] == ' ' && Utf8Parser.TryParse(headers.Slice(9, 3), out int status, out var consumed) && consumed == 3 ? status : 0;

    private ReadOnlySpan<byte> NextLine()
    {
        var end = _rest.IndexOf("\r\n"u8);
        var line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 2)..];
        return line;
    }
}
