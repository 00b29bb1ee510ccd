using System.Text;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Reads Sec-WebSocket-Extensions (RFC 6455 9.1):
/// <code>
/// extension-list = 1#extension ; extension = token *( ";" param ) ; param = token [ "=" ( token | quoted-string that is a token ) ]
/// </code>
/// </summary>
internal static class ExtensionOffers
{
    private static ReadOnlySpan<byte> PermessageDeflate => "permessage-deflate"u8;

    /// <summary>
    /// Adds the well-formed offers of permessage-deflate in their order and passes over those with unknown, repeated or invalid
    /// parameters (RFC 7692 7.1: such an offer is declined) as well as other extensions.
    /// </summary>
    /// <returns>False if the header breaks the grammar; the connection must fail then.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, List<DeflateOffer> offers)
    {
        var reader = new HeaderValueReader(value);
        while (true)
        {
            // Empty list elements are allowed in what one receives (RFC 7230 7).
            reader.SkipSpace();
            if (reader.IsAtEnd)
                return true;
            if (reader.TrySkip((byte)','))
                continue;

            if (!reader.TryReadToken(out var name) || !TryReadParameters(ref reader, out var offer, out var valid))
                return false;
            if (valid && Ascii.EqualsIgnoreCase(name, PermessageDeflate))
                offers.Add(offer);
            if (!reader.IsAtEnd && !reader.TrySkip((byte)','))
                return false;
        }
    }

    private static bool TryReadParameters(ref HeaderValueReader reader, out DeflateOffer offer, out bool valid)
    {
        offer = default;
        valid = true;
        var seen = 0;
        reader.SkipSpace();
        while (reader.TrySkip((byte)';'))
        {
            reader.SkipSpace();
            if (!reader.TryReadToken(out var name))
                return false;

            reader.SkipSpace();
            ReadOnlySpan<byte> value = default;
            var hasValue = reader.TrySkip((byte)'=');
            if (hasValue)
            {
                reader.SkipSpace();
                if (!reader.TryReadTokenOrQuoted(out value))
                    return false;
                reader.SkipSpace();
            }

            valid &= TryApply(name, hasValue, value, ref offer, ref seen);
        }

        return true;
    }

    private static bool TryApply(ReadOnlySpan<byte> name, bool hasValue, ReadOnlySpan<byte> value, ref DeflateOffer offer, ref int seen)
    {
        var bits = 15;
        int flag;
        if (Ascii.EqualsIgnoreCase(name, "server_no_context_takeover"u8))
        {
            flag = 1;
            offer = offer with { ServerNoContextTakeover = true };
        }
        else if (Ascii.EqualsIgnoreCase(name, "client_no_context_takeover"u8))
        {
            flag = 2;
            offer = offer with { ClientNoContextTakeover = true };
        }
        else if (Ascii.EqualsIgnoreCase(name, "server_max_window_bits"u8))
        {
            flag = 4;
            if (!hasValue || !TryReadWindowBits(value, out bits))
                return false;
            offer = offer with { ServerMaxWindowBits = bits };
        }
        else if (Ascii.EqualsIgnoreCase(name, "client_max_window_bits"u8))
        {
            flag = 8;
            if (hasValue && !TryReadWindowBits(value, out bits))
                return false;
            offer = offer with { ClientMaxWindowBits = bits };
        }
        else
        {
            return false;
        }

        var repeated = (seen & flag) != 0;
        seen |= flag;
        return !repeated && (flag > 2 || !hasValue);
    }

    /// <summary>RFC 7692 7.1.2: a decimal from 8 to 15 without leading zeros.</summary>
    private static bool TryReadWindowBits(ReadOnlySpan<byte> value, out int bits)
    {
        bits = value.Length switch
        {
            1 => value[0] - '0',
            2 when value[0] == '1' => 10 + value[1] - '0',
            _ => 0,
        };
        return value.Length == 1 ? bits is 8 or 9 : bits is >= 10 and <= 15 && value[1] is >= (byte)'0' and <= (byte)'5';
    }
}
