namespace Gateway.Server.Lanes;

/// <summary>
/// A deadline on a <see cref="TimingWheel"/>. Whoever needs one inherits from it or holds one, so that setting a timer
/// allocates nothing. Belongs to its lane.
/// </summary>
internal abstract class WheelEntry
{
    internal WheelEntry? Next;
    internal WheelEntry? Previous;
    internal long DueTick = -1;

    public bool IsScheduled => DueTick >= 0;

    /// <summary>The deadline has passed. The entry is off the wheel already and may schedule itself again.</summary>
    public abstract void OnDue();
}
