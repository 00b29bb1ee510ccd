using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Clients;

/// <summary>What went wrong, and what is still missing.</summary>
public sealed partial class Fleet
{
    // How often missing messages are counted while waiting for them.
    private const long DrainStep = 50_000_000;

    private IReadOnlyList<StreamEnd> _ends = [];

    /// <summary>Where the streams of this worker's publishers have ended.</summary>
    internal IEnumerable<StreamEnd> Ends() =>
        _rooms.Values.SelectMany(room => room.Streams.Where(static stream => stream.Sequence > 0)
            .Select(stream => new StreamEnd(_plan.TargetIndex, room.Text, stream.Slot, stream.Sequence, stream.Unacknowledged)));

    /// <summary>Waits until every member here has what all publishers got acknowledged, or the time is over.</summary>
    internal async Task DrainAsync(IReadOnlyList<StreamEnd> ends)
    {
        _ends = [.. ends.Where(end => end.Target == _plan.TargetIndex && _rooms.ContainsKey(end.Room))];
        var deadline = _reactor.Now + (Options.Drain.Ticks * 100);
        while (_reactor.Now < deadline && _logs.Values.Any(log => MissingOf(log) > 0))
            await _reactor.WaitUntil(Math.Min(deadline, _reactor.Now + DrainStep));
    }

    /// <summary>Messages that members of this log should have and do not.</summary>
    internal long MissingOf(DeliveryLog log)
    {
        // Sequences that were not acknowledged may or may not have become messages: they excuse as many missing ones.
        var missing = log.Sequences.Holes;
        foreach (var end in _ends)
        {
            foreach (var seat in _rooms[end.Room].Seats)
            {
                if (ReferenceEquals(seat.Log, log))
                    missing += SequenceCheck.Behind(seat, end.Slot, end.Sequence) - end.Unacknowledged;
            }
        }

        return Math.Max(0, missing);
    }

    /// <summary>Messages that members of this log should have.</summary>
    internal long ExpectedOf(DeliveryLog log) =>
        _ends.Sum(end => (end.Sequence - end.Unacknowledged) * _rooms[end.Room].Seats.Count(seat => ReferenceEquals(seat.Log, log)));

    internal void OnClosedByServer(RoomClient client, int code, string reason)
    {
        _context.Count("closed by the server");
        Failures[$"later: {reason}"] = Failures.GetValueOrDefault($"later: {reason}") + 1;
    }

    internal void OnUnreadable(RoomClient client) => _context.Count("unreadable messages");

    internal void OnOffsetJump(Seat seat, long offset) => _context.Count(offset > seat.Offset ? "offsets skipped" : "offsets repeated");

    internal void OnNotRecovered() => _context.Count("joins not recovered");

    internal void OnError(string code) => _context.Count($"errors {code}");

    internal void OnLeft(RoomClient client) => _context.Count("removed from a room");
}
