using Gateway.LoadTest.Running;

namespace Gateway.LoadTest.Tests.Running;

public class RunLimitsTests
{
    [Theory]
    [InlineData(15_000, 1, 1, 0, null)]
    [InlineData(50_000, 3, 3, 1, null)]
    [InlineData(20_000, 1, 1, 1, "--workers 2")]
    [InlineData(50_000, 3, 1, 2, "--gateways 3")]
    [InlineData(90_000, 6, 6, 0, null)]
    public void Check_filesOfAProcess(int connections, int workers, int gateways, int sources, string? advice) =>
        AssertAdvice(new LoadOptions { Connections = connections, Sources = [.. Enumerable.Repeat("127.0.0.2", sources)] }, workers, gateways, 20_000, advice);

    [Theory]
    [InlineData(60_000, 2, "--sources 127.0.0.2-127.0.0.4")]
    [InlineData(60_000, 3, null)]
    public void Check_portsOfAnAddress(int connections, int sources, string? advice) =>
        AssertAdvice(new LoadOptions { Connections = connections, Sources = [.. Enumerable.Repeat("127.0.0.2", sources)] }, 1, 1, 100_000, advice);

    [Theory]
    [InlineData(9_000, 1, 0)]
    [InlineData(15_000, 1, 2)]
    [InlineData(15_000, 3, 0)]
    [InlineData(50_000, 3, 2)]
    [InlineData(10_000_000, 1, 253)]
    public void SourcesFor_keepsFreePortsPlenty(int connections, int gateways, int sources)
    {
        var addresses = RunLimits.SourcesFor(connections, gateways, ports: 28_232);
        Assert.Equal(Enumerable.Range(2, sources).Select(static last => $"127.0.0.{last}"), addresses);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", 2)]
    [InlineData("http://192.0.2.1:8080", 0)]
    public void SourcesFor_onlyForThisMachine(string gateway, int sources) =>
        Assert.Equal(sources, RunLimits.SourcesFor(new LoadOptions { Connections = 15_000 }, [new Uri(gateway)]).Count);

    [Fact]
    public void SourcesFor_namedOnesStay() =>
        Assert.Equal(["127.0.0.9"], RunLimits.SourcesFor(new LoadOptions { Connections = 15_000, Sources = ["127.0.0.9"] }, [new Uri("http://127.0.0.1:8080")]));

    private static void AssertAdvice(LoadOptions options, int workers, int gateways, long files, string? advice)
    {
        var exception = Record.Exception(() => RunLimits.Check(options, workers, gateways, files, ports: 28_232));
        if (advice is null)
        {
            Assert.Null(exception);
            return;
        }

        Assert.Contains(advice, Assert.IsType<LoadTestException>(exception).Message);
    }
}
