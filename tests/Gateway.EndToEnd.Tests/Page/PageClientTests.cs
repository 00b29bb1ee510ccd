using Gateway.Tests.Shared;

namespace Gateway.EndToEnd.Tests.Page;

/// <summary>The node tests of the page's JavaScript client, in tests/page.</summary>
public sealed class PageClientTests
{
    [Fact]
    public Task Node_tests_pass() => NodeInterop.RunAsync("../page/run.mjs", [], default, TestContext.Current.CancellationToken);
}
