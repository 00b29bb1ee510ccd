using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Server.Accounts;
using Gateway.Transcoding.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Accounts;

/// <summary>An identity provider that misbehaves, over real HTTP.</summary>
public sealed class JwksKeysTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly List<IDisposable> _owned = [];
    private readonly WebApplication _provider;
    private Func<HttpContext, Task> _answer = static _ => Task.CompletedTask;
    private int _fetches;

    public JwksKeysTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.Run(context =>
        {
            Interlocked.Increment(ref _fetches);
            return _answer(context);
        });
    }

    public async ValueTask InitializeAsync() => await _provider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var each in _owned)
            each.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_fetched_once_and_kept()
    {
        Serve("a", "b");
        var keys = Keys();
        for (var count = 0; count < 5; count++)
            Assert.Single((await FindAsync(keys, "a")).Keys);
        Assert.Equal(2, (await FindAsync(keys, null)).Keys.Count);
        Assert.Equal(1, _fetches);
    }

    [Fact]
    public async Task Keys_wanted_by_many_at_once_are_fetched_once()
    {
        Serve("a");
        var keys = Keys();
        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => FindAsync(keys, "a"))));
        Assert.All(found, static each => Assert.Single(each.Keys));
        Assert.Equal(1, _fetches);
    }

    [Fact]
    public async Task Unknown_key_id_has_the_keys_fetched_but_not_more_often_than_allowed()
    {
        Serve("a");
        var keys = Keys();
        await FindAsync(keys, "a");
        Serve("a", "b");
        for (var count = 0; count < 10; count++)
            Assert.Equal((0, false), Summary(await FindAsync(keys, "b" + count)));
        Assert.Equal(1, _fetches);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((1, false), Summary(await FindAsync(keys, "b")));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task Old_keys_are_fetched_anew_and_withdrawn_ones_go()
    {
        Serve("a");
        var keys = Keys();
        await FindAsync(keys, "a");
        Serve("b");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((0, false), Summary(await FindAsync(keys, "a")));
        Assert.Equal((1, false), Summary(await FindAsync(keys, "b")));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task Good_keys_survive_an_outage_and_unknown_ones_may_be_asked_for_again()
    {
        Serve("a");
        var keys = Keys();
        await FindAsync(keys, "a");
        Fail(static context => context.Response.StatusCode = 500);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal((1, false), Summary(await FindAsync(keys, "a")));
        Assert.Equal((0, true), Summary(await FindAsync(keys, "b")));

        Serve("b");
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((1, false), Summary(await FindAsync(keys, "b")));
    }

    [Fact]
    public async Task Provider_that_never_answered_is_an_outage()
    {
        Fail(static context => context.Abort());
        Assert.Equal((0, true), Summary(await FindAsync(Keys(), "a")));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("{\"keys\":7}")]
    [InlineData("[]")]
    public async Task Answer_that_is_no_key_set_is_an_outage(string text)
    {
        _answer = context => context.Response.WriteAsync(text);
        Assert.Equal((0, true), Summary(await FindAsync(Keys(), "a")));
    }

    [Fact]
    public async Task Answer_over_its_limit_is_an_outage_and_is_not_read_to_its_end()
    {
        var sent = 0L;
        _answer = async context =>
        {
            var block = new byte[64 * 1024];
            while (sent < 1L << 30)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
                Interlocked.Add(ref sent, block.Length);

                // Once the client has gone writes do nothing and return at once: behind the notice of that in the thread pool's queue, not before it.
                await Task.Yield();
            }
        };
        Assert.Equal((0, true), Summary(await FindAsync(Keys(), "a")));
        Assert.InRange(Interlocked.Read(ref sent), 0, 1L << 29);
    }

    [Fact]
    public async Task Provider_that_is_silent_is_given_up_after_its_time()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var finding = FindAsync(Keys(), "a");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((0, true), Summary(await finding.WaitAsync(TimeSpan.FromSeconds(30))));
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        _answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        Assert.Equal((0, true), Summary(await FindAsync(Keys(), "a")));
        Assert.Equal(1, _fetches);
    }

    private static (int Count, bool IsOutage) Summary(FoundKeys found) => (found.Keys.Count, found.IsOutage);

    private static Task<FoundKeys> FindAsync(JwksKeys keys, string? id) => keys.FindAsync("RS256", id, default).AsTask();

    private void Serve(params string[] ids)
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        var json = JsonSerializer.Serialize(new
        {
            keys = ids.Select(kid => new
            {
                kty = "RSA",
                kid,
                n = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus),
                e = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
            }),
        });
        _answer = context => context.Response.WriteAsync(json);
    }

    private void Fail(Action<HttpContext> how) => _answer = context =>
    {
        how(context);
        return Task.CompletedTask;
    };

    private JwksKeys Keys()
    {
        var options = new AccountsOptions();
        options.Jwks.Url = _provider.Urls.First() + "/jwks";
        var source = new JwksSource(Options.Create(options), _time, NullLogger<JwksSource>.Instance);
        var keys = new JwksKeys(source, Options.Create(options), _time, NullLogger<JwksKeys>.Instance);
        _owned.AddRange([source, keys]);
        return keys;
    }
}
