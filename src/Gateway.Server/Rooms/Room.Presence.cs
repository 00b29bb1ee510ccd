using System.Buffers;

namespace Gateway.Server.Rooms;

internal sealed partial class Room
{
    private readonly Roster _roster;

    /// <summary>Answers a question who is here; the query goes back to its reader.</summary>
    public void Answer(RosterQuery query)
    {
        Touch();
        var output = new ArrayBufferWriter<byte>();
        _roster.WriteRoster(output, query.Id, Number, query.Users);
        query.Frame = output.WrittenSpan.ToArray();
        query.Reader.OnRoster(query);
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
        roster.WriteChanges(output, Number);
        foreach (var local in _subscribers)
        {
            local.Lane.Post(local, LocalRoom.NoticeCode, output.WrittenSpan.ToArray());
        }
    }
}
