using Gateway.Server.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gateway.Server.Tests.Accounts;

public sealed class TokenIdentityTests
{
    [Theory]
    [InlineData("\"admin service\"", "admin|service")]
    [InlineData("\"admin,service\"", "admin|service")]
    [InlineData("[\"admin\",\"service\"]", "admin|service")]
    [InlineData("[\"team admin\"]", "team admin")]
    [InlineData("[\"a,admin\",1,null,{}]", "a,admin")]
    [InlineData("7", "")]
    public void Read_splits_a_string_but_never_an_element_of_an_array(string roles, string expected)
    {
        var token = new JsonWebToken("""{"alg":"HS256"}""", $$"""{"sub":"ann","roles":{{roles}},"rooms":{{roles}}}""");
        var identity = TokenIdentity.Read(token, DateTimeOffset.MaxValue)!;
        Assert.Equal(expected, string.Join('|', identity.Roles));
        Assert.Equal(expected, string.Join('|', identity.RoomGrants));
    }
}
