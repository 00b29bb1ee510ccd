using Gateway.Testing;

namespace Gateway.Nats.Tests;

public sealed class PublicApiTests
{
    /// <summary>
    /// A difference means that what is written against the client may not compile or run any more, or that something became public that must then stay.
    /// If that is meant: run this test with GATEWAY_UPDATE_API=1, look at the difference, and commit PublicApi.txt.
    /// </summary>
    [Fact]
    public async Task Public_members_are_those_that_are_checked_in()
    {
        var file = Path.Combine(TestFolder(), "PublicApi.txt");
        var actual = PublicApi.Describe(typeof(NatsConnection).Assembly);
        if (Environment.GetEnvironmentVariable("GATEWAY_UPDATE_API") == "1")
            await File.WriteAllTextAsync(file, actual);
        Assert.Equal(await File.ReadAllTextAsync(file), actual);
    }

    private static string TestFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.Nats.Tests.csproj")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Gateway.Nats.Tests.csproj above {AppContext.BaseDirectory}: run the tests from a build inside the repository.");
    }
}
