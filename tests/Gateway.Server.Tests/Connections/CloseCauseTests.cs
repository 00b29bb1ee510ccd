using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Connections;

public sealed class CloseCauseTests
{
    [Theory]
    [InlineData(1000, true, true)]
    [InlineData(1001, true, true)]
    [InlineData(1005, true, true)]
    [InlineData(1006, true, false)]
    [InlineData(4100, true, false)]
    [InlineData(1000, false, false)]
    [InlineData(1005, false, false)]
    public void IsGoodbye_ofThePeersClose_isTrueWithoutACodeToo(int code, bool byPeer, bool expected) =>
        Assert.Equal(expected, new CloseCause((ushort)code, byPeer).IsGoodbye);
}
