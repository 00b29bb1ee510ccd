using Gateway.Server.Operations.Listening;

namespace Gateway.Server.Tests.Operations.Listening;

public class ListenAddressTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("*", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::1", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("", false)]
    [InlineData("example.com", false)]
    [InlineData("http://localhost", false)]
    [InlineData("127.0.0.1:80", false)]
    public void TryParse_takesAddressesOnly(string text, bool isAddress) => Assert.Equal(isAddress, ListenAddress.TryParse(text, out _));
}
