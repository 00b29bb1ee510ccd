using Gateway.Server.Operations.Logging;

namespace Gateway.Server.Tests.Operations.Logging;

public class RedactionTests
{
    [Theory]
    [InlineData("GET /ws?token=abc&x=1", "GET /ws?token=***&x=1")]
    [InlineData("/ws?x=1&ticket=abc", "/ws?x=1&ticket=***")]
    [InlineData("/f?sig=a%20b#top", "/f?sig=***#top")]
    [InlineData("?access_token=abc&refresh_token=def", "?access_token=***&refresh_token=***")]
    [InlineData("?TOKEN=abc", "?TOKEN=***")]
    [InlineData("Password=abc;Server=x", "Password=***;Server=x")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer ***")]
    [InlineData("it was eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "it was ***")]
    [InlineData("signal=5 tokens are fine, x=1", "signal=5 tokens are fine, x=1")]
    [InlineData("no secret here", "no secret here")]
    public void Apply_takesCredentialsOut(string text, string redacted) => Assert.Equal(redacted, Redaction.Apply(text));

    [Theory]
    [InlineData("Token", true)]
    [InlineData("refreshToken", true)]
    [InlineData("Path", false)]
    public void IsSecretName_knowsCredentials(string name, bool isSecret) => Assert.Equal(isSecret, Redaction.IsSecretName(name));
}
