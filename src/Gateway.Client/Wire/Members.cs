using System.Text;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Wire;

/// <summary>Lists of a frame as lists of the application.</summary>
internal static class Members
{
    public static RoomRoster ToRoster(in RosterFrame frame) => new(frame.Count, ToList(frame.Members), frame.Complete);

    public static List<PresenceMember> ToList(FrameList<MemberItem> items)
    {
        var members = new List<PresenceMember>(items.Count);
        foreach (var item in items)
        {
            // A time beyond the year 9999 is no reason to lose the roster.
            UnixTime.TryRead(item.Since, out var since);
            members.Add(new PresenceMember(
                Encoding.UTF8.GetString(item.User), item.Connections, item.State.IsEmpty ? null : Encoding.UTF8.GetString(item.State),
                item.Data.ToArray(), since));
        }

        return members;
    }

    public static List<string> ToNames(FrameList<UserItem> items)
    {
        var names = new List<string>(items.Count);
        foreach (var item in items)
            names.Add(Encoding.UTF8.GetString(item.User));
        return names;
    }
}
