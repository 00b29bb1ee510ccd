using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Backends.Api;

/// <summary>What a call may say beside its subject or path.</summary>
/// <param name="After">Of a page of history: the last offset the caller has.</param>
/// <param name="Limit">Of a page of history: messages at most.</param>
/// <param name="Users">Of a presence: who is asked for beyond the sample.</param>
internal sealed record ApiArguments(long After, int Limit, IReadOnlyList<string>? Users)
{
    public const int DefaultLimit = 100;

    public static ApiArguments None { get; } = new(0, DefaultLimit, null);

    /// <summary>From a map in MessagePack; nil is none, keys that are unknown are passed over.</summary>
    /// <returns>Null: it is no such map, or a value is of the wrong type or outside its limits.</returns>
    public static ApiArguments? TryRead(ReadOnlySpan<byte> value)
    {
        var reader = new MessagePackReader(value);
        if (reader.TryReadNil())
            return None;
        var arguments = None;
        if (!reader.TryReadMapHeader(out var count))
            return null;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var name))
                return null;
            if (name.SequenceEqual("after"u8))
                arguments = reader.TryReadInt64(out var after) ? arguments with { After = after } : null;
            else if (name.SequenceEqual("limit"u8))
                arguments = reader.TryReadInt32(out var limit) ? arguments with { Limit = limit } : null;
            else if (name.SequenceEqual("users"u8))
                arguments = ReadUsers(ref reader) is { } users ? arguments with { Users = users } : null;
            else if (!reader.TrySkip())
                return null;
            if (arguments is null)
                return null;
        }

        return arguments.IsValid ? arguments : null;
    }

    public bool IsValid =>
        After is >= 0 and <= FrameLimits.MaxInteger && Limit is >= 1 and <= FrameLimits.MaxHistoryCount
        && (Users is null || (Users.Count <= FrameLimits.MaxListCount && Users.All(static user => Encoding.UTF8.GetByteCount(user) is > 0 and <= FrameLimits.MaxNameBytes)));

    private static List<string>? ReadUsers(ref MessagePackReader reader)
    {
        if (!reader.TryReadArrayHeader(out var count) || count > FrameLimits.MaxListCount)
            return null;
        var users = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var user))
                return null;
            users.Add(Encoding.UTF8.GetString(user));
        }

        return users;
    }
}
