using System.Text;
using Gateway.Server.Cluster;

namespace Gateway.Server.Relay;

/// <summary>The senders that were heard, so that a message of a known one allocates no name. For the wire's thread.</summary>
internal sealed class RelayPeers
{
    // Every start of a node is another one; beyond this they are forgotten and learned again.
    private const int MaxCount = 256;

    private readonly List<(byte[] Name, RelayPeer Peer)> _known = [];

    public RelayPeer Of(ReadOnlySpan<byte> name, long incarnation)
    {
        foreach (var (known, peer) in _known)
        {
            if (peer.Id.Incarnation == incarnation && name.SequenceEqual(known))
                return peer;
        }

        if (_known.Count == MaxCount)
            _known.Clear();
        var added = new RelayPeer(new NodeId(Encoding.UTF8.GetString(name), incarnation));
        _known.Add((name.ToArray(), added));
        return added;
    }
}
