using System.Security.Authentication;

namespace Gateway.Server.Tests.Connections.Transports;

public sealed class Tls12LaneSocketContractTests() : TransportContract(new TlsLaneSocketRig(SslProtocols.Tls12));
