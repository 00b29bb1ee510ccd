using System.Security.Authentication;

namespace Gateway.Server.Tests.Connections.Transports;

public sealed class Tls13LaneSocketContractTests() : TransportContract(new TlsLaneSocketRig(SslProtocols.Tls13));
