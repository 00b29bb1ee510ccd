namespace Gateway.Server.Tests.Connections.Transports;

public sealed class PipeTransportContractTests() : TransportContract(new PipeRig());
