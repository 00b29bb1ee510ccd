using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Sessions;

/// <summary>Who is in a room, kept up to date from <c>roster</c> and <c>changes</c>. Touched under the session's lock only.</summary>
internal sealed class Roster
{
    // The gateway lists everyone up to 200; beyond, it sends a sample, and what changes would only pile up here.
    private const int MaxMembers = 256;

    private readonly Dictionary<string, PresenceMember> _members = new(StringComparer.Ordinal);
    private int _count;
    private bool _isComplete;

    public RoomRoster Snapshot() => new(_count, [.. _members.Values], _isComplete);

    public PresenceChange Replace(RoomRoster roster)
    {
        _members.Clear();
        _count = roster.Count;
        _isComplete = roster.IsComplete;
        foreach (var member in roster.Members)
            _members[member.User] = member;
        return new PresenceChange(Snapshot(), [], [], []);
    }

    public PresenceChange Apply(in ChangesFrame frame)
    {
        var joined = Members.ToList(frame.Joined);
        var left = Members.ToNames(frame.Left);
        var updated = Members.ToList(frame.Updated);
        _count = frame.Count;
        foreach (var user in left)
            _members.Remove(user);
        foreach (var member in joined.Concat(updated))
        {
            if (_members.Count < MaxMembers || _members.ContainsKey(member.User))
                _members[member.User] = member;
        }

        _isComplete &= _members.Count == _count;
        return new PresenceChange(Snapshot(), joined, left, updated);
    }
}
