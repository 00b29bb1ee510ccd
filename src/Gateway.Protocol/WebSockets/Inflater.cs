using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Inflates the messages of permessage-deflate (RFC 7692 7.2.2, RFC 1951). Without context takeover a message is a DEFLATE stream of its
/// own, so the output is its own window and nothing outlives the message; one inflater serves all connections of a lane.
/// </summary>
/// <remarks>
/// Owned by one thread. Allocation-free once its output buffer has grown to the size of the usual message. Hot path; measured by
/// InflaterBenchmarks, compared with zlib by InflaterTests.
/// </remarks>
internal sealed class Inflater(ArrayPool<byte> pool) : IDisposable
{
    /// <summary>The 00 00 FF FF that the sender cut off and that is put back here.</summary>
    public const int TailBytes = 4;

    /// <summary>An output buffer above this is given back after the message.</summary>
    public const int RetainedBytes = 256 * 1024;

    /// <summary>One step of the loop writes a match at most, so with so much room it need not look at the buffer's end again.</summary>
    private const int MaxMatchBytes = 258;

    /// <summary>
    /// A dynamic block of few octets makes the reader build a table of some microseconds: without a limit 1 MiB could occupy a lane for
    /// most of a second. Compressors spend thousands of octets on a block; one per 128 octets, and 64 for free, is far from any of them.
    /// </summary>
    private const int FreeTables = 64;
    private const int InputBytesPerTable = 128;

    // Table sizes: zlib's enough(286, 10, 15) = 1332 and enough(30, 8, 15) = 400; the precode has 7 bits at most.
    private readonly HuffmanTable _precode = new(7, 128);
    private readonly HuffmanTable _literals = new(10, 1334);
    private readonly HuffmanTable _distances = new(8, 402);
    private readonly byte[] _lengths = new byte[286 + 30 + 138];
    private byte[] _output = [];

    // The stream: `_bits` holds the next `_bitCount` bits, lowest first; `_position` is the next octet to load.
    private ulong _bits;
    private int _bitCount;
    private int _position;

    /// <summary>Inflates one message.</summary>
    /// <param name="payload">The compressed message and, behind it, <see cref="TailBytes"/> octets that are overwritten.</param>
    /// <param name="maxBytes">Longest output.</param>
    /// <param name="output">Valid until the next call or <see cref="Trim"/>.</param>
    public InflateStatus Inflate(Span<byte> payload, int maxBytes, out ReadOnlySpan<byte> output)
    {
        var length = payload.Length - TailBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(payload[length..], 0xFFFF0000);
        _bits = 0;
        _bitCount = 0;
        _position = 0;

        var written = 0;
        var tables = 0;
        var maxTables = FreeTables + length / InputBytesPerTable;
        var status = InflateStatus.Done;

        // A stream ends at the border of two blocks, where the message does (some senders leave out even the first bits of the last, empty
        // block) or where the tail does.
        while (!IsAt(length) && !IsAt(payload.Length) && status == InflateStatus.Done)
        {
            if (!TryTake(payload, 3, out var header))
            {
                status = InflateStatus.Corrupt;
                break;
            }

            switch (header >> 1)
            {
                case 0:
                    status = CopyStored(payload, maxBytes, ref written);
                    break;
                case 1:
                    status = Decode(payload, FixedCode.Literals, FixedCode.Distances, maxBytes, ref written);
                    break;
                case 2:
                    if (++tables > maxTables)
                        status = InflateStatus.Wasteful;
                    else
                        status = TryReadTables(payload)
                            ? Decode(payload, _literals, _distances, maxBytes, ref written)
                            : InflateStatus.Corrupt;
                    break;
                default:
                    status = InflateStatus.Corrupt;
                    break;
            }

            // RFC 7692 7.2.3.4: a final block does not end the message; the next one begins at the next octet.
            if ((header & 1) != 0)
                SkipToOctet();
        }

        output = status == InflateStatus.Done ? _output.AsSpan(0, written) : default;
        return status;
    }

    /// <summary>Gives back a buffer that one long message made big.</summary>
    public void Trim()
    {
        if (_output.Length > RetainedBytes)
            Dispose();
    }

    public void Dispose()
    {
        if (_output.Length > 0)
            pool.Return(_output);
        _output = [];
    }

    private bool IsAt(int octet) => (long)_position * 8 - _bitCount == (long)octet * 8;

    /// <summary>
    /// Loads at least 48 bits, enough for the longest code with its extra bits (15 + 5 + 15 + 13), or what is left of the input.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ReadOnlySpan<byte> input, ref ulong bits, ref int bitCount, ref int position)
    {
        if (position + 8 <= input.Length)
        {
            // Bits above bitCount may be loaded twice; they are the same bits.
            bits |= BinaryPrimitives.ReadUInt64LittleEndian(input[position..]) << bitCount;
            position += (63 - bitCount) >> 3;
            bitCount |= 56;
            return;
        }

        while (bitCount <= 55 && position < input.Length)
        {
            bits |= (ulong)input[position++] << bitCount;
            bitCount += 8;
        }
    }

    private bool TryTake(ReadOnlySpan<byte> input, int count, out uint value)
    {
        if (_bitCount < count)
            Refill(input, ref _bits, ref _bitCount, ref _position);
        value = (uint)_bits & ((1u << count) - 1);
        if (_bitCount < count)
            return false;
        _bits >>= count;
        _bitCount -= count;
        return true;
    }

    private void SkipToOctet()
    {
        var odd = _bitCount & 7;
        _bits >>= odd;
        _bitCount -= odd;
    }

    /// <summary>RFC 1951 3.2.4: at an octet border LEN(16) and its complement, then LEN octets.</summary>
    private InflateStatus CopyStored(ReadOnlySpan<byte> input, int maxBytes, ref int written)
    {
        var at = _position - (_bitCount >> 3);
        if (input.Length - at < 4)
            return InflateStatus.Corrupt;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(input[at..]);
        int complement = BinaryPrimitives.ReadUInt16LittleEndian(input[(at + 2)..]);
        if ((length ^ complement) != 0xFFFF || input.Length - at - 4 < length)
            return InflateStatus.Corrupt;
        if (length > maxBytes - written)
            return InflateStatus.TooBig;

        if (_output.Length - written < length)
            Grow(written, length, maxBytes);
        input.Slice(at + 4, length).CopyTo(_output.AsSpan(written));
        written += length;
        _bits = 0;
        _bitCount = 0;
        _position = at + 4 + length;
        return InflateStatus.Done;
    }

    /// <summary>
    /// RFC 1951 3.2.7: HLIT(5) HDIST(5) HCLEN(4), HCLEN + 4 lengths of the precode (3 each), then the lengths of both codes in the precode.
    /// </summary>
    private bool TryReadTables(ReadOnlySpan<byte> input)
    {
        if (!TryTake(input, 14, out var sizes))
            return false;
        var literals = (int)(sizes & 31) + 257;
        var distances = (int)((sizes >> 5) & 31) + 1;
        var precodes = (int)(sizes >> 10) + 4;
        if (literals > 286 || distances > 30)
            return false;

        Span<byte> precodeLengths = stackalloc byte[DeflateSymbols.PrecodeOrder.Length];
        precodeLengths.Clear();
        for (var i = 0; i < precodes; i++)
        {
            if (!TryTake(input, 3, out var length))
                return false;
            precodeLengths[DeflateSymbols.PrecodeOrder[i]] = (byte)length;
        }

        if (!_precode.TryBuild(precodeLengths, DeflateSymbols.Precodes, mustBeComplete: true)
            || !TryReadLengths(input, literals + distances)
            || _lengths[DeflateSymbols.EndOfBlock] == 0)
        {
            return false;
        }

        return _literals.TryBuild(_lengths.AsSpan(0, literals), DeflateSymbols.Literals, mustBeComplete: false)
            && _distances.TryBuild(_lengths.AsSpan(literals, distances), DeflateSymbols.Distances, mustBeComplete: false);
    }

    private bool TryReadLengths(ReadOnlySpan<byte> input, int count)
    {
        for (var at = 0; at < count;)
        {
            Refill(input, ref _bits, ref _bitCount, ref _position);
            var entry = _precode.Entries[(int)(_bits & ((1u << _precode.RootBits) - 1))];
            var used = (int)(entry & 0xFF);
            if (_bitCount < used)
                return false;
            _bits >>= used;
            _bitCount -= used;

            var symbol = (byte)(entry >> 16);
            if (symbol < 16)
            {
                _lengths[at++] = symbol;
                continue;
            }

            // 16: the last length 3-6 times; 17: zero 3-10 times; 18: zero 11-138 times.
            var (extra, least) = symbol switch { 16 => (2, 3), 17 => (3, 3), _ => (7, 11) };
            if (!TryTake(input, extra, out var more) || (symbol == 16 && at == 0))
                return false;
            var repeat = least + (int)more;
            if (repeat > count - at)
                return false;
            _lengths.AsSpan(at, repeat).Fill(symbol == 16 ? _lengths[at - 1] : (byte)0);
            at += repeat;
        }

        return true;
    }

    /// <summary>The literals and matches of one block, up to its end.</summary>
    private InflateStatus Decode(ReadOnlySpan<byte> input, HuffmanTable literalTable, HuffmanTable distanceTable, int maxBytes, ref int total)
    {
        var literals = literalTable.Entries;
        var distances = distanceTable.Entries;
        var literalBits = literalTable.RootBits;
        var literalMask = (1u << literalBits) - 1;
        var distanceBits = distanceTable.RootBits;
        var distanceMask = (1u << distanceBits) - 1;
        var bits = _bits;
        var bitCount = _bitCount;
        var position = _position;
        var written = total;
        var output = _output;

        while (true)
        {
            if (bitCount < 48)
                Refill(input, ref bits, ref bitCount, ref position);
            if (output.Length - written < MaxMatchBytes)
            {
                // The buffer ends so much behind the limit that a full one means too much output.
                if (written > maxBytes)
                    return InflateStatus.TooBig;
                Grow(written, MaxMatchBytes, maxBytes);
                output = _output;
            }

            var entry = literals[(int)((uint)bits & literalMask)];
            if ((entry & HuffmanTable.Second) != 0)
            {
                bits >>= literalBits;
                bitCount -= literalBits;
                entry = literals[(int)(entry >> 16) + (int)((uint)bits & ((1u << (int)((entry >> 8) & 31)) - 1))];
            }

            var used = (int)(entry & 0xFF);
            if (bitCount < used)
                return InflateStatus.Corrupt;
            bits >>= used;
            bitCount -= used;

            if ((entry & HuffmanTable.Literal) != 0)
            {
                output[written++] = (byte)(entry >> 16);
                continue;
            }

            if ((entry & HuffmanTable.Special) != 0)
            {
                if (entry >> 16 != 0)
                    return InflateStatus.Corrupt;
                break;
            }

            var extra = (int)((entry >> 8) & 31);
            var length = (int)(entry >> 16) + (int)((uint)bits & ((1u << extra) - 1));
            bits >>= extra;
            bitCount -= extra;

            entry = distances[(int)((uint)bits & distanceMask)];
            if ((entry & HuffmanTable.Second) != 0)
            {
                bits >>= distanceBits;
                bitCount -= distanceBits;
                entry = distances[(int)(entry >> 16) + (int)((uint)bits & ((1u << (int)((entry >> 8) & 31)) - 1))];
            }

            if ((entry & HuffmanTable.Special) != 0)
                return InflateStatus.Corrupt;
            used = (int)(entry & 0xFF);
            extra = (int)((entry >> 8) & 31);
            var distance = (int)(entry >> 16) + (int)((uint)(bits >> used) & ((1u << extra) - 1));
            bits >>= used + extra;
            bitCount -= used + extra;

            // A negative count: the input ended within this match. A distance beyond the start: no such octet was ever written.
            if (bitCount < 0 || distance > written)
                return InflateStatus.Corrupt;
            CopyMatch(output.AsSpan(written - distance, distance + length), distance);
            written += length;
        }

        if (written > maxBytes)
            return InflateStatus.TooBig;
        _bits = bits;
        _bitCount = bitCount;
        _position = position;
        total = written;
        return InflateStatus.Done;
    }

    /// <summary>Repeats the first <paramref name="distance"/> octets over the rest; each copy doubles what can be copied at once.</summary>
    private static void CopyMatch(Span<byte> span, int distance)
    {
        while (span.Length > distance)
        {
            var count = Math.Min(distance, span.Length - distance);
            span[..count].CopyTo(span[distance..]);
            if (count < distance)
                return;
            distance *= 2;
        }
    }

    private void Grow(int written, int count, int maxBytes)
    {
        // Twice the size, but not beyond the limit and one match.
        var wanted = (int)Math.Min(Math.Max(2L * _output.Length, 4096), (long)maxBytes + MaxMatchBytes);
        var bigger = pool.Rent(Math.Max(written + count, wanted));
        _output.AsSpan(0, written).CopyTo(bigger);
        Dispose();
        _output = bigger;
    }
}
