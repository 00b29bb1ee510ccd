using Gateway.Nats.Connections;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Tests.Connections;

public sealed class ServerPoolTests
{
    [Theory]
    [InlineData("localhost", "localhost:4222")]
    [InlineData("nats://a.example:99", "a.example:99")]
    [InlineData("tls://user:pw@a.example", "a.example:4222")]
    [InlineData("nats://[::1]:99/", "[::1]:99")]
    public void Parse_understandsAddresses_andShowsNoSecret(string text, string expected) => Assert.Equal(expected, ServerAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("http://a")]
    [InlineData("nats://")]
    [InlineData("nats://u:hunter2@a:99999")]
    [InlineData("nats://a/path")]
    public void Parse_whatIsNoAddress_isRefusedWithoutRepeatingIt(string text) =>
        Assert.DoesNotContain("hunter2", Assert.Throws<FormatException>(() => ServerAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Round_beginsBehindTheServerInUse()
    {
        var pool = new ServerPool(["a", "b", "c", "a:4222"], randomize: false, learns: true);
        Assert.Equal("a b c", Hosts(pool));
        pool.Use(pool.Round()[1]);
        Assert.Equal("c a b", Hosts(pool));
    }

    [Fact]
    public void Learn_addsAndForgets_butNeverWhatIsConfiguredOrInUse()
    {
        var pool = new ServerPool(["tls://user:pw@a.example"], randomize: false, learns: true);
        var first = pool.Round()[0];
        pool.Use(first);
        pool.Learn(new ServerInfo { ConnectUrls = ["10.0.0.1:4222", "b.example:4222", "bad", "b:0", ":1"] }, first);
        Assert.Equal("10.0.0.1 b.example a.example", Hosts(pool));
        var byAddress = pool.Round()[0];
        Assert.Equal(("a.example", true, first.Credentials), (byAddress.TlsHost, byAddress.RequiresTls, byAddress.Credentials));
        Assert.Equal("b.example", pool.Round()[1].TlsHost);

        pool.Use(byAddress);
        pool.Learn(new ServerInfo { ConnectUrls = ["c.example:4222"] }, byAddress);
        Assert.Equal("c.example a.example 10.0.0.1", Hosts(pool));
        pool.Learn(new ServerInfo { ConnectUrls = null }, byAddress);
        Assert.Equal(3, pool.Round().Count);
    }

    [Fact]
    public void Learn_switchedOff_learnsNothing()
    {
        var pool = new ServerPool(["a"], randomize: true, learns: false);
        pool.Learn(new ServerInfo { ConnectUrls = ["b:1"] }, pool.Round()[0]);
        Assert.Equal("a", Hosts(pool));
    }

    [Fact]
    public void Backoff_growsWithJitter_upToItsBound_andStartsAnew()
    {
        var seed = Random.Shared.Next();
        var options = new NatsReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1) };
        var backoff = new Backoff(options, new Random(seed));
        for (var round = 0; round < 2; round++)
        {
            foreach (var ceiling in (int[])[100, 200, 400, 800, 1000, 1000, 1000])
            {
                var delay = backoff.Next().TotalMilliseconds;
                Assert.True(delay >= ceiling / 2.0 && delay <= ceiling, $"Seed {seed}: {delay} ms is not between {ceiling / 2} and {ceiling}.");
            }

            backoff.Reset();
        }
    }

    private static string Hosts(ServerPool pool) => string.Join(' ', pool.Round().Select(server => server.Host));
}
