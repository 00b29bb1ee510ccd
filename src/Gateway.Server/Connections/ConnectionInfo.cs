using Gateway.Server.Connections.Admitting;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>What is known of a connection when it has been upgraded.</summary>
/// <param name="Id">Unique on the cluster: 22 letters and digits.</param>
/// <param name="Address">Where it comes from, shared by all connections from there.</param>
/// <param name="Encoding">How frames go out; decided by subprotocol and permessage-deflate.</param>
/// <param name="Deflate">True when permessage-deflate was agreed on.</param>
/// <param name="Token">The bearer token of the handshake, or null.</param>
internal sealed record ConnectionInfo(string Id, AddressUse Address, WireEncoding Encoding, bool Deflate, string? Token);
