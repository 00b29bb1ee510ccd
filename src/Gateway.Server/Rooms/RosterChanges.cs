using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Rooms;

/// <summary>Reads what another node reports: <c>[18, 0, count, joined, left, updated]</c>, as <see cref="Roster.WriteChanges"/> and <see cref="Roster.WriteAll"/> write it.</summary>
/// <param name="Present">Who came or changed, with the connections there.</param>
/// <param name="Left">Who is there no more.</param>
internal sealed record RosterChanges(IReadOnlyList<RosterEntry> Present, IReadOnlyList<string> Left)
{
    /// <summary>Null when the bytes are no such frame.</summary>
    public static RosterChanges? Read(ReadOnlySpan<byte> frame)
    {
        var reader = new MessagePackReader(frame);
        var present = new List<RosterEntry>();
        var left = new List<string>();
        if (!reader.TryReadArrayHeader(out var count) || count != 6 || !reader.TrySkip() || !reader.TrySkip() || !reader.TrySkip()
            || !TryReadEntries(ref reader, present) || !TryReadNames(ref reader, left) || !TryReadEntries(ref reader, present) || !reader.IsAtEnd)
        {
            return null;
        }

        return new RosterChanges(present, left);
    }

    private static bool TryReadNames(ref MessagePackReader reader, List<string> names)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var name))
            {
                return false;
            }

            names.Add(Encoding.UTF8.GetString(name));
        }

        return true;
    }

    // Each is [user, connections, state?, data?, since].
    private static bool TryReadEntries(ref MessagePackReader reader, List<RosterEntry> entries)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadArrayHeader(out var fields) || fields != 5 || !reader.TryReadString(out var user) || !reader.TryReadInt32(out var connections)
                || connections < 0 || !reader.TrySkip(out var state) || !reader.TrySkip(out var data) || !reader.TryReadInt64(out var since))
            {
                return false;
            }

            var stateReader = new MessagePackReader(state);
            entries.Add(new RosterEntry(Encoding.UTF8.GetString(user), since)
            {
                ConnectionCount = connections,
                State = stateReader.TryReadString(out var text) ? Encoding.UTF8.GetString(text) : null,
                Data = MessagePackReader.TypeOf(data[0]) == MessagePackType.Nil ? null : data.ToArray(),
            });
        }

        return true;
    }
}
