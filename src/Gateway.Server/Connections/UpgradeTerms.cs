using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Connections;

/// <summary>What an upgraded connection speaks.</summary>
/// <param name="SubProtocol">The chosen one; null on the echo path when none was offered.</param>
/// <param name="Deflate">The accepted offer of permessage-deflate, or null.</param>
/// <param name="Address">What its address takes of the node; null for one who is not admitted.</param>
internal readonly record struct UpgradeTerms(string? SubProtocol, DeflateOffer? Deflate, AddressUse? Address);
