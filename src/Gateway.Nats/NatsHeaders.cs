using System.Collections;
using System.Text;

namespace Gateway.Nats;

/// <summary>Headers to send, or those of a received message: names with values, in order, a name as often as one likes.</summary>
public sealed class NatsHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _all = [];
    private byte[]? _encoded;

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    /// <summary>The first value of a name; null when there is none. Names differ by case.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (each, value) in _all)
            {
                if (each == name)
                    return value;
            }

            return null;
        }
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="ArgumentException">The name is not of visible ASCII without a colon, or the value has a line break.</exception>
    public NatsHeaders Add(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException("The name of a header is of visible ASCII characters without a colon.", nameof(name));
        if (value.AsSpan().ContainsAny('\r', '\n'))
            throw new ArgumentException("The value of a header has no line break.", nameof(value));
        _all.Add(new(name, value));
        _encoded = null;
        return this;
    }

    /// <summary>As they go over the wire; made once until the next <see cref="Add"/>. Share one for many messages with the same headers.</summary>
    public ReadOnlySpan<byte> Encode()
    {
        if (_encoded is not null)
            return _encoded;
        var text = new StringBuilder("NATS/1.0\r\n");
        foreach (var (name, value) in _all)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        return _encoded = Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    /// <summary>Takes the headers of a message apart.</summary>
    public static NatsHeaders Decode(ReadOnlySpan<byte> headers)
    {
        var decoded = new NatsHeaders();
        var reader = new NatsHeaderReader(headers);
        while (reader.Read())
            decoded._all.Add(new(Encoding.UTF8.GetString(reader.Name), Encoding.UTF8.GetString(reader.Value)));
        return decoded;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
