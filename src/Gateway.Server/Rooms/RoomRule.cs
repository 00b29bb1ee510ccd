using Gateway.Server.Accounts;

namespace Gateway.Server.Rooms;

/// <summary>
/// Who may do one thing in a kind of room: a list of alternatives, any of which is enough.
/// </summary>
/// <remarks>
/// Written as comma-separated words: <c>anyone</c> (also anonymous), <c>user</c> (anybody with a token), <c>owner</c> (the user the room
/// belongs to), <c>granted</c> (the token's <c>rooms</c> claim names it), <c>role:NAME</c>, <c>claim:NAME=VALUE</c>, <c>nobody</c>. Immutable.
/// </remarks>
internal sealed class RoomRule
{
    private readonly string _text;
    private readonly bool _anyone;
    private readonly bool _user;
    private readonly bool _owner;
    private readonly bool _granted;
    private readonly string[] _roles;
    private readonly KeyValuePair<string, string>[] _claims;

    private RoomRule(string text, IReadOnlyList<string> words)
    {
        _text = text;
        _anyone = words.Contains("anyone", StringComparer.Ordinal);
        _user = words.Contains("user", StringComparer.Ordinal);
        _owner = words.Contains("owner", StringComparer.Ordinal);
        _granted = words.Contains("granted", StringComparer.Ordinal);
        _roles = [.. words.Where(static w => w.StartsWith("role:", StringComparison.Ordinal)).Select(static w => w[5..])];
        _claims =
        [
            .. words.Where(static w => w.StartsWith("claim:", StringComparison.Ordinal))
                .Select(static w => w[6..].Split('=', 2))
                .Select(static pair => KeyValuePair.Create(pair[0], pair[1])),
        ];
    }

    /// <summary>Parses a rule.</summary>
    /// <returns>Null with a sentence about the first word that is not understood.</returns>
    public static RoomRule? Parse(string text, out string? error)
    {
        error = null;
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            error = "the rule is empty; say 'nobody' if nobody is meant";
            return null;
        }

        foreach (var word in words)
        {
            var known = word is "anyone" or "user" or "owner" or "granted" or "nobody"
                || (word.StartsWith("role:", StringComparison.Ordinal) && word.Length > 5)
                || (word.StartsWith("claim:", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) > 6);
            if (!known)
            {
                error = $"'{word}' is not one of anyone, user, owner, granted, role:NAME, claim:NAME=VALUE, nobody";
                return null;
            }
        }

        return new RoomRule(text, words);
    }

    /// <summary>Decides for one room.</summary>
    /// <param name="identity">Null: anonymous.</param>
    /// <param name="right">What a grant may be limited to: join, publish or presence.</param>
    public RoomRuleVerdict Evaluate(Identity? identity, string kind, string id, string right)
    {
        if (_anyone)
        {
            return RoomRuleVerdict.Allowed;
        }

        if (identity is null)
        {
            return RoomRuleVerdict.Denied;
        }

        if (_user || HasRole(identity) || HasClaim(identity) || (_granted && HasGrant(identity, kind, id, right)))
        {
            return RoomRuleVerdict.Allowed;
        }

        if (!_owner)
        {
            return RoomRuleVerdict.Denied;
        }

        // A user's own room carries the owner in its name; for other kinds somebody must be asked.
        if (kind is "user")
        {
            return string.Equals(identity.UserId, id, StringComparison.Ordinal) ? RoomRuleVerdict.Allowed : RoomRuleVerdict.Denied;
        }

        return RoomRuleVerdict.AskOwner;
    }

    public override string ToString() => _text;

    private static bool HasGrant(Identity identity, string kind, string id, string right)
    {
        foreach (var grant in identity.RoomGrants)
        {
            var mark = grant.IndexOf('#', StringComparison.Ordinal);
            if (mark >= 0 && !grant.AsSpan(mark + 1).SequenceEqual(right))
            {
                continue;
            }

            var room = mark >= 0 ? grant.AsSpan(0, mark) : grant;
            if (room is "*")
            {
                return true;
            }

            var colon = room.IndexOf(':');
            if (colon > 0 && room[..colon].SequenceEqual(kind) && (room[(colon + 1)..] is "*" || room[(colon + 1)..].SequenceEqual(id)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasRole(Identity identity)
    {
        foreach (var role in _roles)
        {
            if (identity.HasRole(role))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasClaim(Identity identity)
    {
        foreach (var (name, value) in _claims)
        {
            if (identity.Claims.TryGetValue(name, out var actual) && string.Equals(actual, value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
