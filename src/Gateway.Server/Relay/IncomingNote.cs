using Gateway.Server.Cluster;

namespace Gateway.Server.Relay;

/// <summary>An item that comes now and then, as bytes, on its way from the wire to the shard's lane, which reads it.</summary>
internal sealed record IncomingNote(NodeId Sender, RelayItem Item, int Shard, byte[] Fields);
