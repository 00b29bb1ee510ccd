namespace Gateway.Server.Tests.Connections.Transports;

public sealed class LaneSocketContractTests() : TransportContract(new LaneSocketRig());
