using System.Buffers;
using System.Text;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Rooms;

/// <summary>The whole roster in parts, since one message does not take everybody.</summary>
internal sealed partial class Roster
{
    // Of a change without entries: three array headers, op, number, count.
    private const int HeaderBytes = 32;

    /// <summary>Writes everybody as changes, <c>[18, 0, count, some, [], []]</c>, at least one.</summary>
    /// <param name="maxBytes">What one of them may take.</param>
    public IReadOnlyList<byte[]> WriteAll(int maxBytes)
    {
        var all = new List<byte[]>();
        var some = new List<RosterEntry>();
        var bytes = HeaderBytes;
        foreach (var entry in _entries.Values)
        {
            var size = SizeOf(entry);
            if (bytes + size > maxBytes && some.Count > 0)
            {
                all.Add(WritePresent(some));
                some.Clear();
                bytes = HeaderBytes;
            }

            some.Add(entry);
            bytes += size;
        }

        all.Add(WritePresent(some));
        return all;
    }

    private byte[] WritePresent(IReadOnlyCollection<RosterEntry> entries)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(6);
        writer.WriteInt(18);
        writer.WriteInt(0);
        writer.WriteInt(_entries.Count);
        WriteEntries(ref writer, entries);
        writer.WriteArrayHeader(0);
        writer.WriteArrayHeader(0);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    // At most: array header, user, connections, state, data, time.
    private static int SizeOf(RosterEntry entry) =>
        1 + 5 + Encoding.UTF8.GetByteCount(entry.User) + 5 + 5 + Encoding.UTF8.GetByteCount(entry.State ?? "") + (entry.Data?.Length ?? 1) + 9;
}
