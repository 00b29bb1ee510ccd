using System.Buffers;

namespace Gateway.Server.Rooms;

/// <summary>The grammar of room names, <c>kind:id</c> (protocol/spec.md, Limits).</summary>
internal static class RoomNames
{
    public const int MaxLength = 160;
    private const int MaxKindLength = 32;
    private const int MaxIdLength = 128;

    private static readonly SearchValues<char> KindCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~@%+=/-");

    public static bool IsKind(ReadOnlySpan<char> kind) =>
        kind.Length is > 0 and <= MaxKindLength && kind[0] is >= 'a' and <= 'z' && !kind.ContainsAnyExcept(KindCharacters);

    /// <summary>Splits a name at its first colon.</summary>
    public static bool TrySplit(string name, out ReadOnlySpan<char> kind, out ReadOnlySpan<char> id)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            kind = id = default;
            return false;
        }

        kind = name.AsSpan(0, colon);
        id = name.AsSpan(colon + 1);
        return name.Length <= MaxLength && IsKind(kind) && id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(IdCharacters);
    }
}
