using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Connections;

public sealed class OriginCheckTests
{
    [Theory]
    [InlineData(null, "gw:8080", "", true)]
    [InlineData("http://gw:8080", "gw:8080", "", true)]
    [InlineData("https://GW:8080", "gw:8080", "", true)]
    [InlineData("http://gw:9090", "gw:8080", "", false)]
    [InlineData("http://evil.example", "gw:8080", "", false)]
    [InlineData("http://evil.example/gw:8080", "gw:8080", "", false)]
    [InlineData("null", "gw:8080", "", false)]
    [InlineData("https://app.example", "gw:8080", "https://app.example", true)]
    [InlineData("http://app.example", "gw:8080", "https://app.example", false)]
    [InlineData("http://evil.example", "gw:8080", "*", true)]
    public void IsAllowed_lets_in_the_own_page_the_listed_and_what_is_no_browser(string? origin, string host, string allowed, bool expected) =>
        Assert.Equal(expected, OriginCheck.IsAllowed(origin, host, allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
