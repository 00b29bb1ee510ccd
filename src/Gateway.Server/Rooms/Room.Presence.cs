using System.Buffers;

namespace Gateway.Server.Rooms;

internal sealed partial class Room
{
    private readonly Roster _roster;
    private readonly RosterResync _resync;

    /// <summary>Answers a question who is here; the query goes back to its reader.</summary>
    public void Answer(RosterQuery query)
    {
        Touch();
        if (_relay.Role == RoomRole.Owner)
        {
            AnswerFromHere(query);
        }
        else
        {
            _relay.Ask(query);
        }
    }

    /// <summary>Answers with the users that this node knows of, for want of an owner.</summary>
    public void AnswerFromHere(RosterQuery query)
    {
        query.IsPartial = _relay.Role != RoomRole.Owner;
        query.Frame = WriteRoster(query.Id, query.Users);
        query.Reader.OnRoster(query);
    }

    /// <summary>The encoded <c>roster</c> frame.</summary>
    public byte[] WriteRoster(int id, IReadOnlyList<string>? users)
    {
        var output = new ArrayBufferWriter<byte>();
        _roster.WriteRoster(output, id, Number, users);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>As the owner: another node says who came, changed and left there.</summary>
    /// <param name="isAll">The changes name everybody who is there, or begin to.</param>
    /// <param name="hasMore">They go on in the next report.</param>
    public void TakeReport(RosterShare share, RosterChanges changes, bool isAll, bool hasMore)
    {
        Touch();
        if (isAll)
        {
            share.Named = new HashSet<string>(StringComparer.Ordinal);
        }

        foreach (var user in changes.Left)
        {
            _roster.GiveBack(share, user, dropped: false);
        }

        foreach (var entry in changes.Present)
        {
            share.Named?.Add(entry.User);
            _roster.Take(share, entry);
        }

        if (share.Named is { } named && !hasMore)
        {
            share.Named = null;
            foreach (var user in share.Users.Keys.Where(user => !named.Contains(user)).ToArray())
            {
                _roster.GiveBack(share, user, dropped: false);
            }
        }
    }

    /// <summary>As the owner: the node is gone, or has nobody in the room any more.</summary>
    /// <param name="dropped">Its users may come back to another node.</param>
    public void DropShare(RosterShare share, bool dropped)
    {
        foreach (var user in share.Users.Keys.ToArray())
        {
            _roster.GiveBack(share, user, dropped);
        }
    }

    /// <summary>Tells the owner everybody who is here.</summary>
    public void ReportAll()
    {
        var parts = _roster.WriteAll(_relay.MaxReportBytes);
        for (var i = 0; i < parts.Count; i++)
        {
            _relay.Report(parts[i], isAll: i == 0, hasMore: i < parts.Count - 1);
        }
    }

    /// <summary>As the owner: not all nodes have had the time to say who is there with them.</summary>
    public bool AwaitsReports => _resync.IsScheduled;

    /// <summary>As the owner: there are members who have seen the roster of another owner.</summary>
    public void PlanResync()
    {
        if (!_resync.IsScheduled)
        {
            Lane.ScheduleIn(_resync, _directory.Options.PresenceGrace);
        }
    }

    /// <summary>As the owner, some time after the room came here: sends the whole roster to all members.</summary>
    public void ResyncRoster()
    {
        if (_relay.Role == RoomRole.Owner)
        {
            Notify(WriteRoster(0, null));
        }
    }

    /// <summary>A frame of the owner about who is there, with this node's number for the room: goes to the members.</summary>
    public void OnNotice(byte[] frame)
    {
        foreach (var local in _subscribers)
        {
            local.Lane.Post(local, LocalRoom.NoticeCode, frame);
        }
    }

    private void Notify(byte[] frame)
    {
        _relay.Announce(frame);
        OnNotice(frame);
    }

    private void ExecutePresence(int code, object? argument, long number)
    {
        Touch();
        switch (code)
        {
            case EnterCode:
                _roster.Enter((string)argument!);
                break;
            case LeaveCode:
                _roster.Leave((string)argument!, dropped: number != 0);
                break;
            case StateCode:
                _roster.Change((StateChange)argument!);
                break;
            case RosterCode:
                Answer((RosterQuery)argument!);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, "The room knows no such command.");
        }
    }

    private void AnnounceChanges(Roster roster)
    {
        var output = new ArrayBufferWriter<byte>();
        if (Role == RoomRole.Owner)
        {
            roster.WriteChanges(output, Number);
            Notify(output.WrittenSpan.ToArray());
        }
        else
        {
            roster.WriteChanges(output, 0);
            if (output.WrittenCount <= _relay.MaxReportBytes)
            {
                _relay.Report(output.WrittenSpan, isAll: false, hasMore: false);
            }
            else
            {
                ReportAll();
            }
        }
    }
}
