using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Connections.Limiting;

/// <summary>One state of the limits, with what is worked out from it once. Immutable.</summary>
internal sealed class LimitsInForce(ConnectionLimits values)
{
    public ConnectionLimits Values => values;

    public RateRules PerConnection { get; } = new(values.MessagesPerSecond, values.BytesPerSecond, values.JoinsPerSecond, values.RateBurst);

    public RateRules PerUser { get; } = new(values.MessagesPerSecondPerUser, values.BytesPerSecondPerUser, values.JoinsPerSecondPerUser, values.RateBurst);

    public RateRules PerAddress { get; } = new(values.MessagesPerSecondPerAddress, values.BytesPerSecondPerAddress, values.JoinsPerSecondPerAddress, values.RateBurst);

    public long NodeHandshakeCost { get; } = RateRules.CostOf(values.HandshakesPerSecond);

    public long AddressHandshakeCost { get; } = RateRules.CostOf(values.HandshakesPerSecondPerAddress);

    public AddressRules Addresses { get; } = new(values.AllowedAddresses, values.DeniedAddresses);
}
