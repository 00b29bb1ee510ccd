using System.Net;
using System.Net.Http.Headers;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Page;

public sealed class PageFilesTests
{
    [Fact]
    public async Task Files_of_the_page_come_with_a_strict_policy_and_are_revalidated()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var gateway = await GatewayProcess.StartAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = gateway.Address };

        using var page = await http.GetAsync("/", cancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<title>Gateway</title>", await page.Content.ReadAsStringAsync(cancellationToken), StringComparison.Ordinal);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));

        using var script = await http.GetAsync("/gateway/index.js", cancellationToken);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.True(script.Headers.CacheControl?.NoCache);

        using var again = new HttpRequestMessage(HttpMethod.Get, "/gateway/index.js");
        again.Headers.IfNoneMatch.Add(Assert.IsType<EntityTagHeaderValue>(script.Headers.ETag));
        using var unchanged = await http.SendAsync(again, cancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var outside = await http.GetAsync("/%2e%2e/appsettings.json", cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }
}
