using Gateway.Server.Cluster;

namespace Gateway.Server.Relay;

/// <summary>A node that was heard, and how far each of its lanes has come. For the wire's thread.</summary>
internal sealed class RelayPeer(NodeId id)
{
    /// <summary>Far above the lanes of any machine; bounds what a stranger on the subject can make a node keep.</summary>
    public const int MaxLanes = 1024;

    private long[] _newest = [];

    public NodeId Id { get; } = id;

    /// <summary>Notes the number of a message. True: a later one of that lane has come before it.</summary>
    /// <param name="lane">Which of the sender's, below <see cref="MaxLanes"/>.</param>
    /// <param name="number">Grows with each message of that lane.</param>
    public bool IsOvertaken(int lane, long number)
    {
        if (lane >= _newest.Length)
            Array.Resize(ref _newest, lane + 1);
        if (number <= _newest[lane])
            return true;
        _newest[lane] = number;
        return false;
    }
}
