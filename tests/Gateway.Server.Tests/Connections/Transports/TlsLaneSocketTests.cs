using System.Security.Authentication;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What of a lane's socket is peculiar to TLS.</summary>
public sealed class TlsLaneSocketTests : IDisposable
{
    private readonly TlsLaneSocketRig _rig = new(SslProtocols.Tls13);

    [Fact]
    public void Receive_recordsOfOneByte_leavesTheOthersTheirTurn()
    {
        const int Count = 5000;
        _rig.Transport.Start(_rig.Owner);
        for (var i = 0; i < Count; i++)
        {
            _rig.PeerStream.WriteByte((byte)i);
        }

        _rig.TurnUntil(() => _rig.Owner.Received.Length == Count);
        Assert.InRange(_rig.Owner.Calls.Count, 10, Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => (byte)i), _rig.Owner.Received.ToArray());
    }

    public void Dispose() => _rig.Dispose();
}
