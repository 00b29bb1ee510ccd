using System.Buffers;

namespace Gateway.Nats.Protocol;

/// <summary>
/// Takes one operation after the other from what a pipe has: parses in place what lies in one segment, and gathers into one buffer of its own what
/// lies across several.
/// </summary>
/// <remarks>Belongs to one read loop. An operation is good until the next call. The buffer is at most as large as the largest operation allowed.</remarks>
internal sealed class OperationReader(ProtocolLimits limits) : IDisposable
{
    // What a rare large message needed is given back after it.
    private const int KeptBytes = 256 * 1024;

    private const int LongestNameBytes = 4;

    private readonly ProtocolLimits _limits = limits;
    private byte[] _gathered = [];

    /// <summary>How many bytes there must be before another try is worth it; set when more are needed.</summary>
    public long Needed { get; private set; }

    /// <param name="input">What there is; the operation is taken off it when it is complete.</param>
    /// <param name="operation">The operation, or the fault.</param>
    public ParseStatus TryRead(ref ReadOnlySequence<byte> input, out ServerOperation operation)
    {
        var first = input.FirstSpan;
        var status = ProtocolParser.TryParse(first, _limits, out operation, out var length);
        if (status == ParseStatus.NeedMore && !input.IsSingleSegment)
            status = ReadAcross(input, first.Length, ref length, ref operation);
        if (status == ParseStatus.Complete)
            input = input.Slice(length);
        else if (status == ParseStatus.NeedMore)
            Needed = length;
        return status;
    }

    public void Dispose() => Shrink(0);

    private ParseStatus ReadAcross(in ReadOnlySequence<byte> input, int tried, ref int length, ref ServerOperation operation)
    {
        if (_gathered.Length > KeptBytes)
            Shrink(KeptBytes);

        // Only the line first: how long the whole is stands there. An operation's length is known from then on, so at most two rounds gather.
        while (true)
        {
            var wanted = length > tried + 1 ? length : LineLength(input);
            if (wanted == 0)
                return ReadUnended(input, out length, out operation);
            if (input.Length < wanted)
            {
                length = wanted;
                return ParseStatus.NeedMore;
            }

            Gather(input.Slice(0, wanted), wanted);
            tried = wanted;
            var status = ProtocolParser.TryParse(_gathered.AsSpan(0, wanted), _limits, out operation, out length);
            if (status != ParseStatus.NeedMore)
                return status;
        }
    }

    // Zero when the line has no end yet, or is longer than allowed.
    private int LineLength(in ReadOnlySequence<byte> input)
    {
        var head = input.Length > _limits.MaxLineBytes + 2 ? input.Slice(0, _limits.MaxLineBytes + 2) : input;
        return head.PositionOf((byte)'\n') is { } feed ? (int)head.Slice(0, feed).Length + 1 : 0;
    }

    // A line that goes on: refused when it is too long, or begins like nothing that we know.
    private ParseStatus ReadUnended(scoped in ReadOnlySequence<byte> input, out int length, out ServerOperation operation)
    {
        var count = (int)Math.Min(input.Length, LongestNameBytes);
        Gather(input.Slice(0, count), count);
        var status = ProtocolParser.TryParse(_gathered.AsSpan(0, count), _limits, out operation, out _);
        length = (int)Math.Min(input.Length + 1, int.MaxValue);
        if (status != ParseStatus.NeedMore || input.Length <= _limits.MaxLineBytes)
            return status;
        operation = new ServerOperation { Fault = ProtocolFault.LineTooLong };
        return ParseStatus.Malformed;
    }

    private void Gather(in ReadOnlySequence<byte> bytes, int count)
    {
        if (_gathered.Length < count)
        {
            Shrink(0);
            _gathered = ArrayPool<byte>.Shared.Rent(count);
        }

        bytes.CopyTo(_gathered);
    }

    private void Shrink(int keptBytes)
    {
        if (_gathered.Length <= keptBytes)
            return;
        if (_gathered.Length > 0)
            ArrayPool<byte>.Shared.Return(_gathered);
        _gathered = [];
    }
}
