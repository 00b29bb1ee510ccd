namespace Gateway.Nats.Protocol;

/// <summary>Takes one operation of a server from the start of some bytes. No state, no I/O, no allocation.</summary>
/// <remarks>
/// <para>Each operation is a line that ends with CR LF; MSG and HMSG are followed by as many bytes as the line says and another CR LF:</para>
/// <code>
/// INFO {json}
/// MSG subject sid [reply-to] #bytes            payload
/// HMSG subject sid [reply-to] #header #total   header, payload
/// PING    PONG    +OK    -ERR 'text'
/// </code>
/// <para>Names are compared without regard to case; arguments are separated by any number of spaces and tabs.</para>
/// <para>Hot path; benchmarked by NatsParserBenchmarks.</para>
/// </remarks>
internal static class ProtocolParser
{
    private const int MaxArguments = 5;

    /// <param name="input">What has been received and not been parsed.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="operation">The operation when complete; its fault when malformed.</param>
    /// <param name="length">
    /// When complete, how many bytes the operation has. When more is needed, how many bytes there must be before it is worth another try;
    /// exactly the operation's length once its line is complete.
    /// </param>
    public static ParseStatus TryParse(ReadOnlySpan<byte> input, in ProtocolLimits limits, out ServerOperation operation, out int length)
    {
        operation = default;
        length = input.Length + 1;
        if (!CanBegin(input))
            return Refuse(ref operation, ProtocolFault.UnknownOperation);
        var feed = input.IndexOf((byte)'\n');
        if (feed < 0)
            return input.Length > limits.MaxLineBytes ? Refuse(ref operation, ProtocolFault.LineTooLong) : ParseStatus.NeedMore;

        if (feed > limits.MaxLineBytes)
            return Refuse(ref operation, ProtocolFault.LineTooLong);
        if (feed == 0 || input[feed - 1] != '\r')
            return Refuse(ref operation, ProtocolFault.MissingLineFeed);
        var line = input[..(feed - 1)];
        length = feed + 1;
        if (line.Length >= 4 && IsSpace(line[3]) && Matches(line, "msg"u8))
            return ParseMessage(input, line[4..], hasHeaders: false, limits, ref operation, ref length);
        if (line.Length >= 5 && IsSpace(line[4]) && Matches(line, "hmsg"u8))
            return ParseMessage(input, line[5..], hasHeaders: true, limits, ref operation, ref length);
        return ParseLine(line, ref operation);
    }

    private static ParseStatus ParseLine(ReadOnlySpan<byte> line, ref ServerOperation operation)
    {
        if (Is(line, "ping"u8))
            operation = new ServerOperation { Kind = OperationKind.Ping };
        else if (Is(line, "pong"u8))
            operation = new ServerOperation { Kind = OperationKind.Pong };
        else if (Is(line, "+ok"u8))
            operation = new ServerOperation { Kind = OperationKind.Ok };
        else if (line.Length > 5 && IsSpace(line[4]) && Matches(line, "info"u8))
            operation = new ServerOperation { Kind = OperationKind.Info, Text = line[5..].Trim(" \t"u8) };
        else if (line.Length >= 4 && Matches(line, "-err"u8) && (line.Length == 4 || IsSpace(line[4])))
            operation = new ServerOperation { Kind = OperationKind.Error, Text = line[4..].Trim(" \t"u8).Trim((byte)'\'') };
        else
            return Refuse(ref operation, ProtocolFault.UnknownOperation);
        return ParseStatus.Complete;
    }

    private static ParseStatus ParseMessage(
        ReadOnlySpan<byte> input, ReadOnlySpan<byte> arguments, bool hasHeaders, in ProtocolLimits limits, ref ServerOperation operation, ref int length)
    {
        Span<Range> parts = stackalloc Range[MaxArguments + 1];
        var count = Split(arguments, parts);
        var numbers = hasHeaders ? 2 : 1;
        if (count < 2 + numbers || count > 3 + numbers)
            return Refuse(ref operation, ProtocolFault.WrongArgumentCount);
        if (!TryParseNumber(arguments[parts[1]], maxDigits: 18, out var subscriptionId)
            || !TryParseNumber(arguments[parts[count - 1]], maxDigits: 10, out var total))
            return Refuse(ref operation, ProtocolFault.BadNumber);
        var headers = 0L;
        if (hasHeaders && (!TryParseNumber(arguments[parts[count - 2]], maxDigits: 10, out headers) || headers > total))
            return Refuse(ref operation, ProtocolFault.BadNumber);
        if (total > limits.MaxMessageBytes)
            return Refuse(ref operation, ProtocolFault.MessageTooLarge);

        var body = length;
        length = body + (int)total + 2;
        if (input.Length < length)
            return ParseStatus.NeedMore;
        if (input[length - 2] != '\r' || input[length - 1] != '\n')
            return Refuse(ref operation, ProtocolFault.MissingTerminator);
        operation = new ServerOperation
        {
            Kind = OperationKind.Message,
            Subject = arguments[parts[0]],
            SubscriptionId = subscriptionId,
            ReplyTo = count == 3 + numbers ? arguments[parts[2]] : default,
            Headers = input.Slice(body, (int)headers),
            Payload = input[(body + (int)headers)..(length - 2)],
        };
        return ParseStatus.Complete;
    }

    /// <summary>The arguments' places; a count above <see cref="MaxArguments"/> says that there are too many.</summary>
    private static int Split(ReadOnlySpan<byte> arguments, Span<Range> parts)
    {
        var count = 0;
        var position = 0;
        while (true)
        {
            while (position < arguments.Length && IsSpace(arguments[position]))
                position++;
            if (position == arguments.Length || count > MaxArguments)
                return count;
            var rest = arguments[position..];
            var end = rest.IndexOfAny((byte)' ', (byte)'\t');
            if (end < 0)
                end = rest.Length;
            parts[count++] = new Range(position, position + end);
            position += end;
        }
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> digits, int maxDigits, out long value)
    {
        value = 0;
        if (digits.Length == 0 || digits.Length > maxDigits)
            return false;
        foreach (var digit in digits)
        {
            if ((uint)(digit - '0') > 9)
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    // Whether what there is of a line can still become an operation: garbage is refused with its first bytes.
    private static bool CanBegin(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return true;
        return (input[0] | 0x20) switch
        {
            'm' => BeginsLike(input, "msg"u8),
            'h' => BeginsLike(input, "hmsg"u8),
            'p' => BeginsLike(input, "ping"u8) || BeginsLike(input, "pong"u8),
            'i' => BeginsLike(input, "info"u8),
            _ => BeginsLike(input, "+ok"u8) || BeginsLike(input, "-err"u8),
        };
    }

    private static bool BeginsLike(ReadOnlySpan<byte> input, ReadOnlySpan<byte> lowerCase) =>
        Matches(input, input.Length < lowerCase.Length ? lowerCase[..input.Length] : lowerCase);

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> lowerCase) =>
        line.TrimEnd(" \t"u8).Length == lowerCase.Length && Matches(line, lowerCase);

    private static bool Matches(ReadOnlySpan<byte> input, ReadOnlySpan<byte> lowerCase)
    {
        for (var i = 0; i < lowerCase.Length; i++)
        {
            var wanted = lowerCase[i];
            if (input[i] != wanted && (wanted < 'a' || (input[i] | 0x20) != wanted))
                return false;
        }

        return true;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t';

    private static ParseStatus Refuse(ref ServerOperation operation, ProtocolFault fault)
    {
        operation = new ServerOperation { Fault = fault };
        return ParseStatus.Malformed;
    }
}
