using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Limiting;

/// <summary>
/// The buckets of a lane's connections that are not full. What has become full is taken back every two seconds, so that a connection that says nothing, or says little, holds none.
/// Belongs to the lane.
/// </summary>
internal sealed class LentRates(Lane lane) : WheelEntry
{
    private const int MaxKept = 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Stack<ConnectionRates> _kept = new();
    private readonly List<Session> _borrowers = [];

    /// <summary>Sessions that hold some, or did a moment ago.</summary>
    public int Count => _borrowers.Count;

    public ConnectionRates Lend(Session borrower)
    {
        _borrowers.Add(borrower);
        if (!IsScheduled)
        {
            lane.ScheduleIn(this, Interval);
        }

        return _kept.TryPop(out var rates) ? rates : new ConnectionRates();
    }

    public void TakeBack(ConnectionRates rates)
    {
        if (_kept.Count < MaxKept)
        {
            rates.Reset();
            _kept.Push(rates);
        }
    }

    public override void OnDue()
    {
        var now = lane.Nanoseconds;
        _borrowers.RemoveAll(session => session.TryGiveBack(now));
        if (_borrowers.Count > 0)
        {
            lane.ScheduleIn(this, Interval);
        }
        else
        {
            // A storm has been: the list must not stay as long as it was then.
            _borrowers.Capacity = 0;
        }
    }
}
