using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>
/// How many groups of one lane are with the history at once. A writer that finds no slot waits in line and gathers meanwhile: under load its next group is larger, and the store has fewer
/// and cheaper calls to do; without load nobody waits. Belongs to the lane.
/// </summary>
/// <remarks>
/// A store that does not answer for some shards (one master of several is gone) must not hold up the others: when somebody has waited for <see cref="Patience"/>, the groups that are with it are counted
/// out, and as long as somebody waits there are twice as many slots each time. So the bound is one of a store that answers.
/// </remarks>
internal sealed class WriteSlots : WheelEntry
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Queue<HistoryWriter> _waiting = new();
    private readonly Lane _lane;
    private readonly int _max;
    private int _slotCount;
    private int _takenCount;

    // Slots of earlier rounds are not in the count any more.
    private int _round;

    public WriteSlots(Lane lane, int max)
    {
        _lane = lane;
        _max = _slotCount = max;
    }

    /// <summary>Takes a slot, whose round is to be given back with it. Without one the writer is told when it has one.</summary>
    public bool TryTake(HistoryWriter writer, out int round)
    {
        round = _round;
        if (_takenCount < _slotCount)
        {
            _takenCount++;
            return true;
        }

        _waiting.Enqueue(writer);
        if (!IsScheduled)
        {
            _lane.ScheduleIn(this, Patience);
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
        _slotCount *= 2;
        HandOut();
        if (_waiting.Count > 0)
        {
            _lane.ScheduleIn(this, Patience);
        }
    }

    private void HandOut()
    {
        while (_takenCount < _slotCount && _waiting.TryDequeue(out var writer))
        {
            _takenCount++;
            writer.OnSlot(_round);
        }

        // Nobody waits any more: the bound is again what it was.
        if (_waiting.Count == 0)
        {
            _slotCount = _max;
        }
    }
}
