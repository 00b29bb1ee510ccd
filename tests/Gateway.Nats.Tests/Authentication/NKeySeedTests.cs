using Gateway.Nats.Authentication;

namespace Gateway.Nats.Tests.Authentication;

public sealed class NKeySeedTests
{
    // From the README of the Go library nkeys.
    private const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    private const string PublicKey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    [Fact]
    public void Parse_givesThePublicKey_andExportGivesTheSeed()
    {
        var seed = NKeySeed.Parse(Seed);
        Assert.Equal(PublicKey, seed.PublicKey);
        Assert.Equal(Seed, seed.Export());
    }

    [Theory]
    [InlineData("")]
    [InlineData("SUACSSL3")]
    [InlineData("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VX")]
    [InlineData("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU31Y")]
    [InlineData("UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4AA")]
    public void Parse_damagedSeed_isRefusedWithoutRepeatingIt(string text)
    {
        var exception = Assert.Throws<FormatException>(() => NKeySeed.Parse(text));
        if (text.Length > 0)
            Assert.DoesNotContain(text, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CredentialsFile_givesBothParts()
    {
        var text = $"""
            -----BEGIN NATS USER JWT-----
            eyJ0.eyJq.sig
            ------END NATS USER JWT------

            ************************* IMPORTANT *************************
            NKEY Seed printed below can be used to sign and prove identity.

            -----BEGIN USER NKEY SEED-----
            {Seed}
            ------END USER NKEY SEED------
            """;
        var (jwt, seed) = CredentialsFile.Parse(text);
        Assert.Equal("eyJ0.eyJq.sig", jwt);
        Assert.Equal(PublicKey, seed.PublicKey);
        Assert.Throws<FormatException>(() => CredentialsFile.Parse(text.Replace("USER NKEY", "OTHER NKEY", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => CredentialsFile.Parse(""));
    }

    [Fact]
    public void Credentials_showNothingOfThemselves()
    {
        Assert.DoesNotContain("secret", NatsCredentials.UserPassword("u", "secret").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Seed, NatsCredentials.NKey(Seed).ToString(), StringComparison.Ordinal);
    }
}
