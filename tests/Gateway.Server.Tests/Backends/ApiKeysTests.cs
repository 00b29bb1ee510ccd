using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gateway.Server.Backends;
using Gateway.Server.Backends.Http;
using Gateway.Server.Tests.Simulation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Backends;

public sealed class ApiKeysTests : IDisposable
{
    private const string First = "first-key-0123456789-0123456789-01";
    private const string Second = "second-key-0123456789-0123456789-0";
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ApiKeys _keys;

    public ApiKeysTests()
    {
        var options = new BackendsOptions { RefusedKeysPerMinute = 3 };
        options.ApiKeys["a"] = new ApiKeyOptions { Hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(First))).ToLowerInvariant() };
        options.ApiKeys["b"] = new ApiKeyOptions { Key = Second, Scopes = ApiScopes.Disconnect, ExpiresAt = _time.GetUtcNow().AddSeconds(10) };
        _keys = new ApiKeys(Options.Create(options), _time, new BackendsMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()));
    }

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("Authorization", "Bearer " + First, "Publish", 0)]
    [InlineData("Authorization", "bearer  " + First, "Read", 0)]
    [InlineData("X-Api-Key", First, "Publish", 0)]
    [InlineData("X-Api-Key", First, "Disconnect", 403)]
    [InlineData("X-Api-Key", Second, "Disconnect", 0)]
    [InlineData("X-Api-Key", Second, "Publish", 403)]
    [InlineData("X-Api-Key", First + "x", "Publish", 401)]
    [InlineData("X-Api-Key", "", "Publish", 401)]
    [InlineData("Authorization", "Basic " + First, "Publish", 401)]
    [InlineData("X-Other", First, "Publish", 401)]
    public void Key_may_do_what_its_scopes_say(string header, string value, string scope, int status) =>
        Assert.Equal(status, Check(Enum.Parse<ApiScopes>(scope), header, value)?.Status ?? 0);

    [Fact]
    public void Key_ends_when_it_says()
    {
        Assert.Null(Check(ApiScopes.Disconnect, "X-Api-Key", Second));
        _time.Advance(10_000);
        Assert.Equal("api-key-invalid", Check(ApiScopes.Disconnect, "X-Api-Key", Second)?.Code);
    }

    [Fact]
    public void Wrong_keys_are_limited_and_keep_no_right_one_out()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(401, Check(ApiScopes.Read, "X-Api-Key", "wrong")?.Status);
        var limited = Check(ApiScopes.Read, "X-Api-Key", "wrong");
        Assert.Equal(429, limited?.Status);
        Assert.Equal(TimeSpan.FromSeconds(20), limited?.RetryAfter);
        Assert.Null(Check(ApiScopes.Read, "X-Api-Key", First));
        Assert.Equal(401, Check(ApiScopes.Read, "X-Api-Key", "wrong", "10.0.0.2")?.Status);
        _time.Advance(20_000);
        Assert.Equal(401, Check(ApiScopes.Read, "X-Api-Key", "wrong")?.Status);
    }

    [Theory]
    [InlineData("", "", "one of the two")]
    [InlineData("ab", "", "64 hexadecimal digits")]
    [InlineData("", "short", "at least 32 characters")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", First, "one of the two")]
    public void Options_that_cannot_be_are_told(string hash, string key, string sentence) =>
        Assert.Contains(new ApiKeyOptions { Hash = hash, Key = key }.Validate(null!), result => result.ErrorMessage!.Contains(sentence, StringComparison.Ordinal));

    private Server.Http.Problem? Check(ApiScopes scope, string header, string value, string address = "10.0.0.1")
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Headers[header] = value;
        return _keys.Check(context, scope);
    }
}
