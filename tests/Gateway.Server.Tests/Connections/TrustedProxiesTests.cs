using System.Net;
using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Tests.Connections;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7")] // Through two proxies.
    [InlineData("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7")] // What the client has said of itself.
    [InlineData("10.0.0.1", "10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "203.0.113.7,", "10.0.0.1")]
    [InlineData("192.0.2.1", "203.0.113.7", "192.0.2.1")] // Nobody to be believed.
    public void ClientOf_isTheFirstFromBehindThatIsNoTrustedProxy(string peer, string? forwardedFor, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), new TrustedProxies(["10.0.0.0/24"]).ClientOf(IPAddress.Parse(peer), forwardedFor));

    [Fact]
    public void ClientOf_withoutProxies_isThePeer() => Assert.Equal(IPAddress.Loopback, new TrustedProxies([]).ClientOf(IPAddress.Loopback, "203.0.113.7"));
}
