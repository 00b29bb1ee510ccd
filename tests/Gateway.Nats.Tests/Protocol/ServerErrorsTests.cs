using Gateway.Nats.Protocol;

namespace Gateway.Nats.Tests.Protocol;

public sealed class ServerErrorsTests
{
    [Theory]
    [InlineData("Authorization Violation", NatsErrorCode.AuthenticationFailed)]
    [InlineData("Authentication Timeout", NatsErrorCode.AuthenticationTimeout)]
    [InlineData("User Authentication Expired", NatsErrorCode.AuthenticationExpired)]
    [InlineData("User Authentication Revoked", NatsErrorCode.AuthenticationRevoked)]
    [InlineData("Permissions Violation for Publish to \"a.b\"", NatsErrorCode.PublishDenied)]
    [InlineData("Permissions Violation for Subscription to \"a.b\"", NatsErrorCode.SubscribeDenied)]
    [InlineData("Slow Consumer", NatsErrorCode.SlowConsumer)]
    [InlineData("Maximum Payload Violation", NatsErrorCode.PayloadTooLarge)]
    [InlineData("Maximum Control Line Exceeded", NatsErrorCode.ControlLineTooLong)]
    [InlineData("maximum connections exceeded", NatsErrorCode.TooManyConnections)]
    [InlineData("maximum subscriptions exceeded", NatsErrorCode.TooManySubscriptions)]
    [InlineData("Stale Connection", NatsErrorCode.StaleConnection)]
    [InlineData("Secure Connection - TLS Required", NatsErrorCode.TlsRequired)]
    [InlineData("Invalid Subject", NatsErrorCode.InvalidSubject)]
    [InlineData("Unknown Protocol Operation", NatsErrorCode.ProtocolViolation)]
    [InlineData("Attempted To Connect To Route Port", NatsErrorCode.WrongPort)]
    [InlineData("Server Shutdown", NatsErrorCode.ServerShutdown)]
    [InlineData("something new", NatsErrorCode.ServerError)]
    [InlineData("", NatsErrorCode.ServerError)]
    public void Classify_knowsTheTextsOfServers(string text, NatsErrorCode expected) => Assert.Equal(expected, ServerErrors.Classify(text));

    [Fact]
    public void Subject_isTakenFromPermissionErrors()
    {
        Assert.Equal("a.b", ServerErrors.Subject("Permissions Violation for Publish to \"a.b\""));
        Assert.Null(ServerErrors.Subject("Stale Connection"));
        Assert.Null(ServerErrors.Subject("half \"a"));
    }

    /// <summary>Programs compare and store these. A new code gets a new number; none is ever given to something else.</summary>
    [Fact]
    public void Codes_areFrozen()
    {
        Assert.Equal(
            "None=0 ServerError=1 AuthenticationFailed=2 AuthenticationExpired=3 AuthenticationRevoked=4 AuthenticationTimeout=5 PermissionDenied=6 PublishDenied=7 "
            + "SubscribeDenied=8 SlowConsumer=9 PayloadTooLarge=10 ControlLineTooLong=11 TooManyConnections=12 TooManySubscriptions=13 StaleConnection=14 TlsRequired=15 "
            + "InvalidSubject=16 ProtocolViolation=17 WrongPort=18 ServerShutdown=19 ConnectFailed=100 TlsFailed=101 ConnectionLost=102 PingTimeout=103 WriteTimeout=104 "
            + "MalformedInput=105 CredentialsUnusable=106 LameDuck=107 Closed=108 PendingMessageDropped=109 DrainTimeout=110 ClientFault=111",
            string.Join(' ', Enum.GetValues<NatsErrorCode>().Select(code => $"{code}={(int)code}")));
        Assert.Equal(
            "Accepted=0 Full=1 PayloadTooLarge=2 InvalidSubject=3 InvalidHeaders=4 HeadersNotSupported=5 Closed=6",
            string.Join(' ', Enum.GetValues<NatsPublishResult>().Select(code => $"{code}={(int)code}")));
        Assert.Equal(
            "Replied=0 NoResponders=1 TimedOut=2 Refused=3 Closed=4", string.Join(' ', Enum.GetValues<NatsRequestStatus>().Select(code => $"{code}={(int)code}")));
        Assert.Equal(
            "Connecting=0 Connected=1 Reconnecting=2 Draining=3 Closed=4", string.Join(' ', Enum.GetValues<NatsStatus>().Select(code => $"{code}={(int)code}")));
    }
}
