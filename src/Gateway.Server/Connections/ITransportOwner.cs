using System.Buffers;

namespace Gateway.Server.Connections;

/// <summary>Whoever a transport works for. Called on the connection's lane only.</summary>
internal interface ITransportOwner
{
    /// <summary>Bytes have come. The owner slices off what it has used; the rest is kept and comes again, with more behind it. After <see cref="ITransport.PauseReading"/> it comes again on resuming.</summary>
    void OnReceived(ref ReadOnlySequence<byte> bytes);

    /// <summary>A send that was not taken whole can go on.</summary>
    void OnWritable();

    /// <summary>It is over; the last call.</summary>
    /// <param name="byPeer">True when the peer ended it or was lost, false when we did.</param>
    void OnClosed(bool byPeer);
}
