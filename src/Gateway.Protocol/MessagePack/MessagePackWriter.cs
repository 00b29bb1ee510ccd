using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gateway.Protocol.MessagePack;

/// <summary>Writes MessagePack values one after the other, each in its shortest form.</summary>
/// <remarks>
/// <para>Over an <see cref="IBufferWriter{T}"/>, which grows as needed: call <see cref="Flush"/> after the last value, or
/// what was written is lost. The buffer writer must not be used by anyone else in between.</para>
/// <para>Over a <see cref="Span{T}"/>, which does not grow: a value that does not fit is left out, together with all that
/// come after it, and <see cref="HasOverflowed"/> says so.</para>
/// <para>Pass it on by <c>ref</c>: a copy does not know what the original wrote. Nothing here allocates (growing is up to
/// the buffer writer). That headers are followed by as many values as they announce is up to the caller.</para>
/// <para>Hot path; measured by <c>MessagePackWriterBenchmarks</c>.</para>
/// </remarks>
public ref struct MessagePackWriter
{
    // Asking the buffer writer costs an interface call: one for 256 bytes spares one for every value.
    private const int MinRequestBytes = 256;

    private readonly IBufferWriter<byte>? _output;
    private Span<byte> _span;
    private int _position;
    private long _flushed;

    /// <summary>Writes to a buffer writer; finish with <see cref="Flush"/>.</summary>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Writes to a span of fixed size; afterwards ask <see cref="HasOverflowed"/>.</summary>
    public MessagePackWriter(Span<byte> destination) => _span = destination;

    /// <summary>The bytes written so far, whether flushed or not.</summary>
    public readonly long Written => _flushed + _position;

    /// <summary>Whether a value did not fit the span. It stays set, and nothing more is written.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Hands what was written to the buffer writer. Writing may go on afterwards.</summary>
    public void Flush()
    {
        if (_output is null || _position == 0)
            return;
        _output.Advance(_position);
        _flushed += _position;
        _span = default;
        _position = 0;
    }

    /// <summary>Writes nil.</summary>
    public void WriteNil()
    {
        if (Reserve(1))
            _span[_position++] = MessagePackCode.Nil;
    }

    /// <summary>Writes a boolean.</summary>
    public void WriteBoolean(bool value)
    {
        if (Reserve(1))
            _span[_position++] = value ? MessagePackCode.True : MessagePackCode.False;
    }

    /// <summary>Writes a signed whole number.</summary>
    public void WriteInt(long value)
    {
        int written;
        while (!MessagePackPrimitives.TryWriteInt64(Free, value, out written) && Grow(9))
        {
        }

        _position += written;
    }

    /// <summary>Writes an unsigned whole number.</summary>
    public void WriteUInt(ulong value)
    {
        int written;
        while (!MessagePackPrimitives.TryWriteUInt64(Free, value, out written) && Grow(9))
        {
        }

        _position += written;
    }

    /// <summary>Writes a float 32.</summary>
    public void WriteSingle(float value)
    {
        if (Reserve(5) && MessagePackPrimitives.TryWriteSingle(Free, value, out var written))
            _position += written;
    }

    /// <summary>Writes a float 64, also when it is a whole number.</summary>
    public void WriteDouble(double value)
    {
        if (Reserve(9) && MessagePackPrimitives.TryWriteDouble(Free, value, out var written))
            _position += written;
    }

    /// <summary>Writes a string; an unpaired surrogate becomes U+FFFD.</summary>
    public void WriteString(scoped ReadOnlySpan<char> value)
    {
        int written;
        while (!MessagePackPrimitives.TryWriteString(Free, value, out written) && Grow(5 + Encoding.UTF8.GetByteCount(value)))
        {
        }

        _position += written;
    }

    /// <summary>Writes a string that is UTF-8 already, which is the caller's promise.</summary>
    public void WriteStringUtf8(scoped ReadOnlySpan<byte> utf8)
    {
        if (MessagePackPrimitives.TryWriteStringUtf8(Free, utf8, out var written))
        {
            _position += written;
        }
        else if (Grow(5))
        {
            _position += MessagePackPrimitives.TryWriteStringHeader(Free, utf8.Length, out written) ? written : 0;
            WriteRaw(utf8);
        }
    }

    /// <summary>Writes a byte string.</summary>
    public void WriteBinary(scoped ReadOnlySpan<byte> value)
    {
        if (MessagePackPrimitives.TryWriteBinary(Free, value, out var written))
        {
            _position += written;
        }
        else if (Grow(5))
        {
            _position += MessagePackPrimitives.TryWriteBinaryHeader(Free, value.Length, out written) ? written : 0;
            WriteRaw(value);
        }
    }

    /// <summary>Writes the header of an array; write <paramref name="count"/> values after it.</summary>
    public void WriteArrayHeader(int count)
    {
        int written;
        while (!MessagePackPrimitives.TryWriteArrayHeader(Free, count, out written) && Grow(5))
        {
        }

        _position += written;
    }

    /// <summary>Writes the header of a map; write <paramref name="count"/> times a key and a value after it.</summary>
    public void WriteMapHeader(int count)
    {
        int written;
        while (!MessagePackPrimitives.TryWriteMapHeader(Free, count, out written) && Grow(5))
        {
        }

        _position += written;
    }

    /// <summary>Writes an extension.</summary>
    /// <param name="type">0 to 127 for the application; for −1 there is <see cref="WriteTimestamp(MessagePackTimestamp)"/>.</param>
    /// <param name="data">The data.</param>
    public void WriteExtension(sbyte type, scoped ReadOnlySpan<byte> data)
    {
        if (MessagePackPrimitives.TryWriteExtension(Free, type, data, out var written))
        {
            _position += written;
        }
        else if (Grow(6))
        {
            _position += MessagePackPrimitives.TryWriteExtensionHeader(Free, type, data.Length, out written) ? written : 0;
            WriteRaw(data);
        }
    }

    /// <summary>Writes a timestamp.</summary>
    public void WriteTimestamp(MessagePackTimestamp value)
    {
        int written;
        while (!MessagePackPrimitives.TryWriteTimestamp(Free, value, out written) && Grow(15))
        {
        }

        _position += written;
    }

    /// <summary>Writes a timestamp; the offset from UTC is not kept.</summary>
    public void WriteTimestamp(DateTimeOffset value) => WriteTimestamp(MessagePackTimestamp.FromDateTimeOffset(value));

    /// <summary>Writes bytes as they are: one or more complete values, as <see cref="MessagePackReader.TrySkip(out ReadOnlySpan{byte})"/> gives them.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> value)
    {
        // What does not fit the present chunk goes on in the next ones: a big payload needs no buffer of its size.
        while (!value.TryCopyTo(Free))
        {
            var part = _output is null ? 0 : Free.Length;
            value[..part].CopyTo(Free);
            _position += part;
            value = value[part..];
            if (!Grow(1))
                return;
        }

        _position += value.Length;
    }

    private readonly Span<byte> Free
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _span[_position..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Reserve(int size) => _span.Length - _position >= size || Grow(size);

    /// <summary>Makes room for <paramref name="size"/> bytes, or, over a span, notes that there is none.</summary>
    private bool Grow(int size)
    {
        if (_output is null)
        {
            HasOverflowed = true;
            _flushed += _position;
            _span = default;
            _position = 0;
            return false;
        }

        Flush();
        _span = _output.GetSpan(Math.Max(size, MinRequestBytes));
        if (_span.Length < size)
            ThrowTooShort();
        return true;
    }

    [DoesNotReturn]
    private static void ThrowTooShort() =>
        throw new InvalidOperationException("The buffer writer gave a span shorter than asked for, which its contract forbids.");
}
