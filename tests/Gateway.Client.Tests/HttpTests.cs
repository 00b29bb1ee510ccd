using Gateway.Client.Http;
using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class HttpTests
{
    [Fact]
    public async Task Upload_that_breaks_goes_on_where_the_gateway_is()
    {
        var content = new byte[300_000];
        new Random(7).NextBytes(content);
        await using var server = await FakeHttp.StartAsync();
        server.CutUploadAfter.Enqueue(50_000);
        server.CutUploadAfter.Enqueue(100_000);
        using var http = new GatewayHttp(server.Address, new GatewayHttpOptions { TimeProvider = new FastTime(50) });
        await http.Accounts.RegisterAsync("ann", "ann@example.com", "secret");
        var ticket = await http.Jobs.AnnounceAsync("clip.mp4", content.Length);
        var last = default(UploadProgress);
        var job = await http.Jobs.UploadAsync(ticket, new MemoryStream(content), new Reporter<UploadProgress>(progress => last = progress));
        Assert.Equal("job-1", job.Id);
        Assert.Equal(content, server.Uploaded);
        Assert.Equal(new UploadProgress(content.Length, content.Length), last);
        Assert.Equal(3, server.Requests.Count(request => request.StartsWith("PATCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Upload_whose_answer_got_lost_is_found_to_be_a_job()
    {
        await using var server = await FakeHttp.StartAsync();
        server.CutUploadAfter.Enqueue(1000);
        using var http = new GatewayHttp(server.Address, new GatewayHttpOptions { TimeProvider = new FastTime(50) });
        await http.Accounts.LoginAsync("ann", "secret");
        var ticket = await http.Jobs.AnnounceAsync("clip.mp4", 1000);
        Assert.Equal("job-1", (await http.Jobs.UploadAsync(ticket, new MemoryStream(new byte[1000]))).Id);
        Assert.Contains("GET /jobs/job-1", server.Requests);
    }

    [Fact]
    public async Task Problem_becomes_an_exception_with_its_code()
    {
        await using var server = await FakeHttp.StartAsync();
        using var http = new GatewayHttp(server.Address);
        await http.Accounts.LoginAsync("ann", "secret");
        var exception = await Assert.ThrowsAsync<GatewayHttpException>(() => http.Jobs.DownloadAsync("job-1", Stream.Null));
        Assert.Equal((409, "job-not-finished", "The job is running.", false), (exception.StatusCode, exception.Code, exception.Message, exception.IsRetryable));
    }

    [Fact]
    public async Task Nobody_listening_is_said()
    {
        using var http = new GatewayHttp(new Uri("http://127.0.0.1:1"));
        var exception = await Assert.ThrowsAsync<GatewayHttpException>(() => http.Accounts.LoginAsync("ann", "secret"));
        Assert.Equal((0, true), (exception.StatusCode, exception.IsRetryable));
    }

    [Fact]
    public async Task Token_is_refreshed_once_for_all_who_ask_when_it_is_about_to_end()
    {
        var time = new ManualTime();
        await using var server = await FakeHttp.StartAsync();
        using var http = new GatewayHttp(server.Address, new GatewayHttpOptions { TimeProvider = time });
        Assert.Null(await http.Accounts.GetTokenAsync());
        await http.Accounts.LoginAsync("ann", "secret");
        time.Advance(TimeSpan.FromSeconds(569));
        Assert.Equal("token-1", await http.Accounts.GetTokenAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        var tokens = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => http.Accounts.GetTokenAsync().AsTask()));
        Assert.All(tokens, token => Assert.Equal("token-2", token));
        Assert.Single(server.Requests, "POST /auth/refresh");
    }

    [Fact]
    public void WebSocketAddress_follows_the_scheme()
    {
        using var plain = new GatewayHttp(new Uri("http://a:8080"));
        using var tls = new GatewayHttp(new Uri("https://a"));
        Assert.Equal("ws://a:8080/ws", plain.WebSocketAddress.ToString());
        Assert.Equal("wss://a/ws", tls.WebSocketAddress.ToString());
    }

    private sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
