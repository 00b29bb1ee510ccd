using System.Net;
using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Tests.Connections.Admitting;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("::/0", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("10.0.0.1/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0.0.0/-1", false)]
    [InlineData("10.0.0.0/", false)]
    [InlineData("10.0.0.0/8/8", false)]
    [InlineData("10", false)]
    [InlineData("10.1/16", false)]
    [InlineData("0x0a000001", false)]
    [InlineData("10.0.0.256", false)]
    [InlineData("example.org", false)]
    [InlineData(" 10.0.0.1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void TryParse_takes_addresses_and_networks_only(string? entry, bool expected) => Assert.Equal(expected, AddressRules.TryParse(entry, out _));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("::1", "::")]
    public void KeyOf_is_the_address_or_the_customers_network(string address, string key) => Assert.Equal(IPAddress.Parse(key), AddressRules.KeyOf(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.1", "", "10.0.0.0/8", true)]
    [InlineData("10.0.0.1", "", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "10.0.0.2", "", true)]
    [InlineData("10.0.0.1", "10.0.0.1", "", false)]
    [InlineData("2001:db8::5", "", "2001:db8::/32", true)]
    [InlineData("2001:db8::5", "", "2001:db8::/64", true)]
    [InlineData("2001:db8::5", "", "2001:db8::5", false)]
    [InlineData("2001:db8::5", "2001:db8::5", "", false)]
    [InlineData("2001:db8::5", "2001:db8::/96", "", false)]
    [InlineData("2001:db8::5", "2001:db8::/32", "", false)]
    [InlineData("2001:db8::5", "2001:db8:0:1::5", "", true)]
    [InlineData("2001:db8::5", "10.0.0.0/8", "", true)]
    [InlineData("2001:db8::5", "", "10.0.0.0/8", false)]
    public void KeepsOut_is_true_when_nobody_with_the_key_may_connect(string address, string allowed, string denied, bool expected) =>
        Assert.Equal(expected, new AddressRules(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), denied.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .KeepsOut(AddressRules.KeyOf(IPAddress.Parse(address))));

    [Fact]
    public void Lists_without_entries_let_everybody_in_and_are_the_same_as_each_other()
    {
        var rules = new AddressRules([], []);
        Assert.True(rules.IsAllowed(IPAddress.Parse("10.0.0.1")));
        Assert.True(rules.IsSameAs(new AddressRules([], [])));
        Assert.False(rules.IsSameAs(new AddressRules([], ["10.0.0.1"])));
        Assert.False(new AddressRules(["10.0.0.1"], []).IsSameAs(new AddressRules([], ["10.0.0.1"])));
    }
}
