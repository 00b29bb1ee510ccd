using Gateway.LoadTest.Commands;

namespace Gateway.LoadTest.Tests.Running;

public class SourceAddressesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("127.0.0.2", new[] { "127.0.0.2" })]
    [InlineData("127.0.0.9, 127.0.0.254-127.0.1.1", new[] { "127.0.0.9", "127.0.0.254", "127.0.0.255", "127.0.1.0", "127.0.1.1" })]
    public void Parse_listsAndRanges(string text, string[] addresses) => Assert.Equal(addresses, SourceAddresses.Parse(text));

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.9-127.0.0.2")]
    [InlineData("127.0.0.0-127.0.9.0")]
    [InlineData("::1")]
    [InlineData("127.0.0.1-127.0.0.2-127.0.0.3")]
    public void Parse_anythingElse_saysWhatIsNeeded(string text) =>
        Assert.Contains("--sources needs", Assert.Throws<LoadTestException>(() => SourceAddresses.Parse(text)).Message);
}
