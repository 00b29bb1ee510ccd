using System.Buffers;
using System.Text;

namespace Gateway.Protocol.Frames;

/// <summary>
/// A room's name, <c>kind:id</c>: the kind is <c>[a-z][a-z0-9-]{0,31}</c>, the id 1 to 128 of
/// <c>A-Z a-z 0-9 . _ ~ @ % + = / -</c>, 160 bytes in all (protocol/spec.md, section 4, Limits).
/// </summary>
public readonly ref struct RoomName
{
    private static readonly SearchValues<byte> KindBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-"u8);

    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~@%+=/-"u8);

    private readonly int _kindLength;

    private RoomName(ReadOnlySpan<byte> text, int kindLength)
    {
        Text = text;
        _kindLength = kindLength;
    }

    /// <summary>The whole name.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>What is in front of the colon.</summary>
    public ReadOnlySpan<byte> Kind => Text[.._kindLength];

    /// <summary>What is behind the colon.</summary>
    public ReadOnlySpan<byte> Id => Text[(_kindLength + 1)..];

    /// <summary>Takes a name apart.</summary>
    /// <returns>False when it is not a room's name.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out RoomName name)
    {
        name = default;
        if (text.Length > FrameLimits.MaxRoomBytes)
            return false;
        var colon = text.IndexOf((byte)':');
        if (colon is < 1 or > FrameLimits.MaxRoomKindBytes || !char.IsAsciiLetterLower((char)text[0])
            || text[..colon].ContainsAnyExcept(KindBytes))
        {
            return false;
        }

        var id = text[(colon + 1)..];
        if (id.Length is < 1 or > FrameLimits.MaxRoomIdBytes || id.ContainsAnyExcept(IdBytes))
            return false;
        name = new RoomName(text, colon);
        return true;
    }

    /// <summary>Whether this is a room's name.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => TryParse(text, out _);

    /// <summary>Whether this is a room's name.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[FrameLimits.MaxRoomBytes];
        return Ascii.FromUtf16(text, bytes, out var length) == OperationStatus.Done && IsValid(bytes[..length]);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.ASCII.GetString(Text);
}
