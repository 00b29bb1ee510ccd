using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Server.Tests.Operations.Logging;

public class RequestCorrelationTests
{
    [Theory]
    [InlineData("req-1.a:B_2", true)]
    [InlineData("has space", false)]
    [InlineData("<script>", false)]
    public async Task RequestId_usable_isKept_elseReplaced(string given, bool isKept)
    {
        await using var node = await InProcessNode.StartAsync(map: app => app.MapGet("/id", (HttpContext context) => context.TraceIdentifier));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/id");
        request.Headers.TryAddWithoutValidation("X-Request-Id", given);

        var answer = await node.Http.SendAsync(request);

        var id = Assert.Single(answer.Headers.GetValues("X-Request-Id"));
        Assert.Equal(isKept, id == given);
        Assert.Equal(id, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task RequestId_tooLong_isReplaced()
    {
        await using var node = await InProcessNode.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.TryAddWithoutValidation("X-Request-Id", new string('a', 129));

        var answer = await node.Http.SendAsync(request);

        Assert.InRange(Assert.Single(answer.Headers.GetValues("X-Request-Id")).Length, 1, 128);
    }
}
