using System.Text;

namespace Gateway.Server.Backends;

/// <summary>The media types of payloads and answers (protocol/backends.md, Formats).</summary>
internal static class ContentTypes
{
    public const string Json = "application/json";
    public const string MessagePack = "application/msgpack";

    /// <summary>Reads a <c>Content-Type</c>; its parameters are not looked at. Empty: JSON.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out PayloadFormat format)
    {
        var end = value.IndexOf((byte)';');
        var type = (end < 0 ? value : value[..end]).Trim(" \t"u8);
        if (type.IsEmpty || Ascii.EqualsIgnoreCase(type, "application/json"u8))
        {
            format = PayloadFormat.Json;
            return true;
        }

        format = PayloadFormat.MessagePack;
        return Ascii.EqualsIgnoreCase(type, "application/msgpack"u8)
            || Ascii.EqualsIgnoreCase(type, "application/vnd.msgpack"u8)
            || Ascii.EqualsIgnoreCase(type, "application/x-msgpack"u8);
    }

    public static string Of(PayloadFormat format) => format == PayloadFormat.Json ? Json : MessagePack;
}
