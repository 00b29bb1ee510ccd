using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Admitting;

/// <summary>Closes idle anonymous connections of a lane, the longest idle first. Lanes hold equal shares of a node's connections, so that each sheds an equal share.</summary>
internal sealed class IdleShedding(ConnectionLane lane) : ILaneWork
{
    public const int ShedCode = 1;

    /// <param name="code">Only <see cref="ShedCode"/>.</param>
    /// <param name="number">How many, at most.</param>
    public void Execute(int code, object? argument, long number)
    {
        var idleSince = lane.Lane.Now - (long)lane.Limits.ShedIdleTime.TotalMilliseconds;

        // The youngest of those found so far is on top, and goes when an older one is found.
        var oldest = new PriorityQueue<Session, long>();
        foreach (var connection in lane.Connections)
        {
            if (connection.IsOpen && connection.Handler is Session { IsAnonymous: true } session && session.LastSpoke <= idleSince)
            {
                if (oldest.Count < number)
                    oldest.Enqueue(session, -session.LastSpoke);
                else
                    oldest.EnqueueDequeue(session, -session.LastSpoke);
            }
        }

        while (oldest.TryDequeue(out var session, out _))
        {
            lane.Counters.Limits.Hit(LimitName.ShedIdleTime);
            session.Shed();
        }
    }
}
