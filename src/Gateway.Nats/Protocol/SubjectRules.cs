namespace Gateway.Nats.Protocol;

/// <summary>
/// What a subject may be: tokens parted by dots, none of them empty, without spaces and control characters. These would end the argument, so an
/// unchecked subject is a way to inject operations.
/// </summary>
internal static class SubjectRules
{
    /// <summary>Whether one may publish to it: no token is a wildcard.</summary>
    public static bool IsPublishable(ReadOnlySpan<byte> subject) =>
        IsWellFormed(subject) && (subject.IndexOfAny((byte)'*', (byte)'>') < 0 || !HasWildcard(subject));

    /// <summary>Whether one may subscribe to it: <c>*</c> stands for one token, <c>&gt;</c> at the end for one or more.</summary>
    public static bool IsSubscribable(ReadOnlySpan<byte> subject)
    {
        if (!IsWellFormed(subject))
            return false;
        var rest = subject.IndexOf(".>."u8);
        return rest < 0 && !subject.StartsWith(">."u8);
    }

    public static bool IsQueueGroup(ReadOnlySpan<byte> name) => !name.IsEmpty && name.Length <= ProtocolWriter.MaxControlLineBytes && !HasControl(name);

    private static bool IsWellFormed(ReadOnlySpan<byte> subject) =>
        !subject.IsEmpty && subject.Length <= ProtocolWriter.MaxControlLineBytes
        && subject[0] != '.' && subject[^1] != '.' && !HasControl(subject) && subject.IndexOf(".."u8) < 0;

    // Up to and with the space; and DEL, which no one means.
    private static bool HasControl(ReadOnlySpan<byte> text) => text.IndexOfAnyInRange((byte)0, (byte)' ') >= 0 || text.Contains((byte)0x7F);

    private static bool HasWildcard(ReadOnlySpan<byte> subject)
    {
        foreach (var token in subject.Split((byte)'.'))
        {
            if (subject[token] is [(byte)'*' or (byte)'>'])
                return true;
        }

        return false;
    }
}
