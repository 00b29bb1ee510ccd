using System.Numerics;

namespace Gateway.Server.Lanes;

/// <summary>
/// A hashed timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", scheme 6): heartbeats, time-outs and
/// expiries of everything on a lane, O(1) to set, move and cancel, no allocation. Belongs to one lane; not thread-safe.
/// </summary>
/// <remarks>
/// An entry sits in slot <c>dueTick mod SlotCount</c>; deadlines beyond one round stay in their slot and are passed over until
/// their round has come. A deadline is never early and at most one tick late while the lane is idle.
/// Invariant: bit s of the bitmap is set exactly when slot s is not empty.
/// </remarks>
internal sealed class TimingWheel
{
    /// <summary>16 ms: fine enough for a batching interval, 62 wake-ups a second at the very most.</summary>
    public const int TickMilliseconds = 16;

    // 4096 slots of 16 ms: one round is 65 s, so that a 30 s heartbeat is looked at once.
    private const int SlotCount = 4096;

    private readonly WheelEntry?[] _slots = new WheelEntry?[SlotCount];
    private readonly ulong[] _occupied = new ulong[SlotCount / 64];

    // Every tick up to _currentTick has been handled. While Advance runs, _horizonTick is ahead of it: what an entry schedules
    // from its OnDue comes at the earliest in the tick after the horizon, so that Advance always ends.
    private long _currentTick;
    private long _horizonTick;

    public TimingWheel(long nowMilliseconds) => _currentTick = _horizonTick = nowMilliseconds / TickMilliseconds;

    public int Count { get; private set; }

    /// <summary>Sets or moves a deadline.</summary>
    public void Schedule(WheelEntry entry, long dueMilliseconds)
    {
        if (entry.IsScheduled)
        {
            Remove(entry);
        }

        var tick = Math.Max(_horizonTick + 1, (dueMilliseconds + TickMilliseconds - 1) / TickMilliseconds);
        var slot = (int)(tick & (SlotCount - 1));
        entry.DueTick = tick;
        entry.Previous = null;
        entry.Next = _slots[slot];
        if (entry.Next is { } next)
        {
            next.Previous = entry;
        }

        _slots[slot] = entry;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
        Count++;
    }

    public void Cancel(WheelEntry entry)
    {
        if (entry.IsScheduled)
        {
            Remove(entry);
        }
    }

    /// <summary>Calls every entry whose deadline is at or before the given time.</summary>
    /// <returns>True when at least one was due.</returns>
    public bool Advance(long nowMilliseconds)
    {
        var target = nowMilliseconds / TickMilliseconds;
        if (target <= _currentTick)
        {
            return false;
        }

        // After a pause longer than a round one visit of every slot is enough: all that is due sits in one of them.
        var first = Math.Max(_currentTick + 1, target - SlotCount + 1);
        _horizonTick = target;
        var any = false;
        for (var tick = first; tick <= target; tick++)
        {
            // Behind the tick until its slot is done: when an entry throws, the next call goes on in the same slot.
            _currentTick = tick - 1;
            any |= FireSlot((int)(tick & (SlotCount - 1)), target);
        }

        _currentTick = target;

        return any;
    }

    /// <summary>Milliseconds until the next slot that holds an entry; -1 when the wheel is empty. May be early for far deadlines.</summary>
    public int MillisecondsToNext(long nowMilliseconds)
    {
        if (Count == 0)
        {
            return -1;
        }

        var start = (int)((_currentTick + 1) & (SlotCount - 1));
        for (var scanned = 0; scanned <= SlotCount;)
        {
            var slot = (start + scanned) & (SlotCount - 1);
            var bits = _occupied[slot >> 6] >> (slot & 63);
            if (bits != 0)
            {
                var due = (_currentTick + 1 + scanned + BitOperations.TrailingZeroCount(bits)) * TickMilliseconds;
                return (int)Math.Clamp(due - nowMilliseconds, 0, int.MaxValue);
            }

            scanned += 64 - (slot & 63);
        }

        return TickMilliseconds;
    }

    // An entry's OnDue may schedule or cancel any other entry, so the slot's list is read from its head again each time:
    // what is due is taken out first, what belongs to a later round is passed over.
    private bool FireSlot(int slot, long target)
    {
        var any = false;
        var entry = _slots[slot];
        while (entry is not null)
        {
            if (entry.DueTick > target)
            {
                entry = entry.Next;
                continue;
            }

            Remove(entry);
            any = true;
            entry.OnDue();
            entry = _slots[slot];
        }

        return any;
    }

    private void Remove(WheelEntry entry)
    {
        var slot = (int)(entry.DueTick & (SlotCount - 1));
        if (entry.Previous is { } previous)
        {
            previous.Next = entry.Next;
        }
        else
        {
            _slots[slot] = entry.Next;
            if (entry.Next is null)
            {
                _occupied[slot >> 6] &= ~(1UL << (slot & 63));
            }
        }

        if (entry.Next is { } next)
        {
            next.Previous = entry.Previous;
        }

        entry.Next = entry.Previous = null;
        entry.DueTick = -1;
        Count--;
    }
}
