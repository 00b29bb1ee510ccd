using Gateway.Testing;

namespace Gateway.Client.Tests;

public sealed class PublicApiTests
{
    /// <summary>
    /// A difference means that programs written against the SDK may not compile or run any more, or that something became public that must then stay.
    /// If that is meant: run this test with GATEWAY_UPDATE_API=1, look at the difference, commit PublicApi.txt and say it in CHANGELOG.md.
    /// </summary>
    [Fact]
    public async Task Public_members_are_those_that_are_checked_in()
    {
        var file = Path.Combine(RepositoryFiles.TestFolder, "PublicApi.txt");
        var actual = PublicApi.Describe(typeof(GatewayClient).Assembly);
        if (Environment.GetEnvironmentVariable("GATEWAY_UPDATE_API") == "1")
            await File.WriteAllTextAsync(file, actual);
        Assert.Equal(await File.ReadAllTextAsync(file), actual);
    }
}
