using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// How many groups of one lane are with the history at once. A writer that finds no slot waits in line and gathers meanwhile: under load its next group is larger, and the store has fewer
/// and cheaper calls to do; without load nobody waits. Belongs to the lane.
/// </summary>
/// <remarks>
/// A store that does not answer for some shards (one master of several is gone) must not hold up the others: who has waited for <see cref="Patience"/> no longer waits for calls begun before,
/// which are counted out.
/// </remarks>
internal sealed class WriteSlots(Lane lane, int max) : WheelEntry
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Queue<HistoryWriter> _waiting = new();
    private int _takenCount;

    // Slots of earlier rounds are not in the count any more.
    private int _round;

    /// <summary>Takes a slot, whose round is to be given back with it. Without one the writer is told when it has one.</summary>
    public bool TryTake(HistoryWriter writer, out int round)
    {
        round = _round;
        if (_takenCount < max)
        {
            _takenCount++;
            return true;
        }

        _waiting.Enqueue(writer);
        if (!IsScheduled)
        {
            lane.ScheduleIn(this, Patience);
        }

        return false;
    }

    public void GiveBack(int round)
    {
        if (round == _round)
        {
            _takenCount--;
            HandOut();
        }
    }

    /// <summary>Somebody has waited for long.</summary>
    public override void OnDue()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        _round++;
        _takenCount = 0;
        HandOut();
        if (_waiting.Count > 0)
        {
            lane.ScheduleIn(this, Patience);
        }
    }

    private void HandOut()
    {
        while (_takenCount < max && _waiting.TryDequeue(out var writer))
        {
            _takenCount++;
            writer.OnSlot(_round);
        }
    }
}
