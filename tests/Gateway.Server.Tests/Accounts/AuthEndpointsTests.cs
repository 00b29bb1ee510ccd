using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Server.Accounts;
using Gateway.Server.Tests.Support;
using Gateway.Transcoding.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Accounts;

public sealed class AuthEndpointsTests
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Register_login_me_refresh_logout_go_together()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var registered = await RegisterAsync(node, "Ann");
        var session = await registered.AssertJsonAsync(HttpStatusCode.Created);
        Assert.Equal("Bearer", session.GetProperty("tokenType").GetString());
        Assert.Equal(900, session.GetProperty("expiresIn").GetInt32());
        Assert.Equal("no-store", registered.Headers.CacheControl?.ToString());
        Assert.Empty(session.GetProperty("user").GetProperty("roles").EnumerateArray());

        using var login = await LoginAsync(node, "ANN", Password);
        session = await login.AssertJsonAsync(HttpStatusCode.OK);
        using var byEmail = await LoginAsync(node, "ann@EXAMPLE.org", Password);
        await byEmail.AssertJsonAsync(HttpStatusCode.OK);

        using var client = node.WithToken(session.GetProperty("accessToken").GetString()!);
        var me = await client.GetJsonAsync("/auth/me");
        Assert.Equal(session.GetProperty("user").GetProperty("id").GetString(), me.GetProperty("id").GetString());
        Assert.Equal("Ann", me.GetProperty("username").GetString());
        Assert.Equal("Ann@example.org", me.GetProperty("email").GetString());

        var refreshed = await RefreshAsync(node, Token(session), HttpStatusCode.OK);
        Assert.NotEqual(Token(session), Token(refreshed));
        using var logout = await node.Client.PostAsJsonAsync("/auth/logout", new { refreshToken = Token(refreshed) });
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        await RefreshRefusedAsync(node, Token(refreshed), "refresh-token-invalid");
    }

    [Fact]
    public async Task Refresh_with_a_used_token_ends_the_whole_login()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var registered = await RegisterAsync(node, "ann");
        var first = Token(await registered.AssertJsonAsync(HttpStatusCode.Created));
        var second = Token(await RefreshAsync(node, first, HttpStatusCode.OK));

        await RefreshRefusedAsync(node, first, "refresh-token-reused");
        await RefreshRefusedAsync(node, second, "refresh-token-invalid");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("ümlaut")]
    public async Task Refresh_with_what_is_no_token_is_refused(string token)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var response = await node.Client.PostAsJsonAsync("/auth/refresh", new { refreshToken = token });
        await response.AssertProblemAsync(
            token.Length == 0 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Unauthorized, token.Length == 0 ? "validation-failed" : "refresh-token-invalid");
        using var logout = await node.Client.PostAsJsonAsync("/auth/logout", new { refreshToken = token });
        Assert.Equal(token.Length == 0 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.NoContent, logout.StatusCode);
    }

    [Fact]
    public async Task Refresh_token_ends_after_its_time()
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(time: time);
        using var registered = await RegisterAsync(node, "ann");
        var token = Token(await registered.AssertJsonAsync(HttpStatusCode.Created));
        time.Advance(TimeSpan.FromDays(29));
        token = Token(await RefreshAsync(node, token, HttpStatusCode.OK));
        time.Advance(TimeSpan.FromDays(30));
        await RefreshRefusedAsync(node, token, "refresh-token-invalid");
    }

    [Theory]
    [InlineData("ann", "other@example.org", "username-taken", "username")]
    [InlineData("Bob", "ANN@example.org", "email-taken", "email")]
    public async Task Register_of_what_is_taken_says_which(string username, string email, string code, string field)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var first = await RegisterAsync(node, "ann");
        using var second = await node.Client.PostAsJsonAsync("/auth/register", new { username, email, password = Password });
        var problem = await second.AssertProblemAsync(HttpStatusCode.Conflict, code);
        Assert.NotEmpty(problem.GetProperty("errors").GetProperty(field)[0].GetString()!);
    }

    [Theory]
    [InlineData("ab", "a@b.c", Password, "username")]
    [InlineData("a b", "a@b.c", Password, "username")]
    [InlineData("-ab", "a@b.c", Password, "username")]
    [InlineData("ann@b", "a@b.c", Password, "username")]
    [InlineData("аnn", "a@b.c", Password, "username")]
    [InlineData("123456789012345678901234567890123", "a@b.c", Password, "username")]
    [InlineData(null, "a@b.c", Password, "username")]
    [InlineData("ann", "", Password, "email")]
    [InlineData("ann", "ab.c", Password, "email")]
    [InlineData("ann", "@b.c", Password, "email")]
    [InlineData("ann", "a@", Password, "email")]
    [InlineData("ann", "a@b@c", Password, "email")]
    [InlineData("ann", "a b@c", Password, "email")]
    [InlineData("ann", "a\r\nBcc:x@c", Password, "email")]
    [InlineData("ann", "a@b.c", "short", "password")]
    [InlineData("ann", "a@b.c", null, "password")]
    [InlineData("annannann", "a@b.c", "AnnAnnAnn", "password")]
    public async Task Register_says_what_is_wrong_with_each_field(string? username, string? email, string? password, string field)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var response = await node.Client.PostAsJsonAsync("/auth/register", new { username, email, password });
        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation-failed");
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(static error => error.Name));
    }

    [Fact]
    public async Task Register_says_all_that_is_wrong_at_once()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var response = await node.Client.PostRawAsync("/auth/register", "{}");
        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation-failed");
        Assert.Equal(["email", "password", "username"], problem.GetProperty("errors").EnumerateObject().Select(static error => error.Name).Order());
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("[]", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("{\"username\":1}", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("{\"username\":\"a\",\"username\":\"b\"}", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("{\"username\":\"ann\",\"admin\":true}", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("username=ann", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    [InlineData("{}", null, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    public async Task Body_that_is_not_the_json_asked_for_is_refused_everywhere(string body, string? contentType, HttpStatusCode status, string code)
    {
        await using var node = await LoopbackNode.StartAsync();
        foreach (var path in (string[])["/auth/register", "/auth/login", "/auth/refresh", "/auth/logout"])
        {
            using var response = await node.Client.PostRawAsync(path, body, contentType);
            await response.AssertProblemAsync(status, code);
        }
    }

    [Fact]
    public async Task Body_problem_never_repeats_what_was_sent()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var response = await node.Client.PostRawAsync("/auth/login", "{\"username\":\"ann\",\"password\":\"my-secret\",\"my-other-secret\":1}");
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_over_its_limit_is_refused()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var response = await node.Client.PostAsJsonAsync("/auth/login", new { username = new string('a', 40_000) });
        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/auth/login") { Content = new StringContent(new string(' ', 40_000)) };
        chunked.Content.Headers.ContentType = new("application/json");
        chunked.Headers.TransferEncodingChunked = true;
        using var second = await node.Client.SendAsync(chunked);
        await second.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Address_or_method_that_is_not_there_is_a_problem_too()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var nowhere = await node.Client.GetAsync("/nowhere");
        await nowhere.AssertProblemAsync(HttpStatusCode.NotFound, "not-found");
        using var get = await node.Client.GetAsync("/auth/login");
        await get.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task Login_with_a_wrong_name_or_password_answers_the_same_and_hashes_the_same()
    {
        var hasher = new CountingHasher();
        await using var node = await LoopbackNode.StartAsync(services: services => services.AddSingleton<IPasswordHasher<User>>(hasher));
        using var registered = await RegisterAsync(node, "ann");
        var texts = new List<string>();
        foreach (var (username, password) in new[] { ("ann", "wrong horse"), ("nobody", Password), ("nobody@example.org", Password) })
        {
            var before = hasher.Verified;
            using var response = await LoginAsync(node, username, password);
            texts.Add((await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "credentials-invalid")).GetProperty("detail").GetString()!);
            Assert.Equal(before + 1, hasher.Verified);
        }

        Assert.Single(texts.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Login_raises_a_hash_of_fewer_rounds()
    {
        using var scratch = new ScratchDirectory();
        string before;
        await using (var node = await LoopbackNode.StartAsync(dataDirectory: scratch.Path))
        {
            using var registered = await RegisterAsync(node, "ann");
            before = (await node.Get<IUserStore>().FindByLoginAsync("ann", default))!.PasswordHash;
        }

        await using var later = await LoopbackNode.StartAsync(Settings("Accounts:PasswordIterations", "2"), dataDirectory: scratch.Path);
        using var login = await LoginAsync(later, "ann", Password);
        await login.AssertJsonAsync(HttpStatusCode.OK);
        Assert.NotEqual(before, (await later.Get<IUserStore>().FindByLoginAsync("ann", default))!.PasswordHash);
        using var again = await LoginAsync(later, "ann", Password);
        await again.AssertJsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logins_beyond_the_rate_wait_by_account_and_by_address()
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(
            new Dictionary<string, string?> { ["Accounts:LoginsPerMinutePerAccount"] = "3", ["Accounts:LoginsPerMinutePerAddress"] = "6" }, time);
        using var registered = await RegisterAsync(node, "ann");
        for (var count = 0; count < 3; count++)
        {
            using var wrong = await LoginAsync(node, "ann", "wrong horse");
            await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "credentials-invalid");
        }

        using var byAccount = await LoginAsync(node, "Ann", Password);
        await byAccount.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.Equal(TimeSpan.FromSeconds(20), byAccount.Headers.RetryAfter?.Delta);

        for (var count = 0; count < 2; count++)
        {
            using var other = await LoginAsync(node, "other" + count, Password);
            await other.AssertProblemAsync(HttpStatusCode.Unauthorized, "credentials-invalid");
        }

        using var byAddress = await LoginAsync(node, "third", Password);
        await byAddress.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.Equal(TimeSpan.FromSeconds(10), byAddress.Headers.RetryAfter?.Delta);

        time.Advance(TimeSpan.FromSeconds(20));
        using var good = await LoginAsync(node, "ann", Password);
        await good.AssertJsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Hashes_beyond_the_queue_are_refused_with_a_time_to_come_back()
    {
        using var hasher = new BlockingHasher();
        await using var node = await LoopbackNode.StartAsync(
            new Dictionary<string, string?> { ["Accounts:MaxConcurrentHashes"] = "1", ["Accounts:MaxQueuedHashes"] = "1" },
            services: services => services.AddSingleton<IPasswordHasher<User>>(hasher));
        var running = RegisterAsync(node, "ann");
        await hasher.Entered.WaitAsync(TimeSpan.FromSeconds(30));

        // One of these two has the place in the queue, the other is refused at once.
        var first = RegisterAsync(node, "bob");
        var second = RegisterAsync(node, "cid");
        using var refused = await await Task.WhenAny(first, second);
        await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.NotNull(refused.Headers.RetryAfter);
        hasher.Release();
        foreach (var response in await Task.WhenAll(running, first, second))
        {
            Assert.True(ReferenceEquals(response, refused) || response.StatusCode is HttpStatusCode.Created);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Admins_have_the_role_only_when_they_are_listed()
    {
        await using var node = await LoopbackNode.StartAsync(Settings("Accounts:Admins:0", "BOSS"));
        using var first = await RegisterAsync(node, "first");
        using var boss = await RegisterAsync(node, "boss");
        Assert.Empty(Roles(await first.AssertJsonAsync(HttpStatusCode.Created)));
        var session = await boss.AssertJsonAsync(HttpStatusCode.Created);
        Assert.Equal(["admin"], Roles(session));
        var validation = await node.Get<ITokenValidator>().ValidateAsync(session.GetProperty("accessToken").GetString()!, default);
        Assert.True(validation.Identity!.HasRole("admin"));
    }

    [Fact]
    public async Task Registration_that_is_off_is_refused()
    {
        await using var node = await LoopbackNode.StartAsync(Settings("Accounts:Registration", "false"));
        using var response = await RegisterAsync(node, "ann");
        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData(null, "token-missing")]
    [InlineData("Basic YTpi", "token-missing")]
    [InlineData("Bearer", "token-missing")]
    [InlineData("Bearer ", "token-missing")]
    [InlineData("Bearer nonsense", "token-invalid")]
    [InlineData("Bearer a.b.c", "token-invalid")]
    public async Task Request_without_a_good_token_is_challenged(string? header, string code)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/auth/me");
        if (header is not null)
            request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await node.Client.SendAsync(request);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, code);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Token_that_has_expired_says_so()
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(time: time);
        using var client = await node.SignUpAsync();
        time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(29));
        await client.GetJsonAsync("/auth/me");
        time.Advance(TimeSpan.FromSeconds(1));
        using var response = await client.GetAsync("/auth/me");
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token-expired");
    }

    [Fact]
    public async Task Restart_keeps_users_tokens_and_the_key()
    {
        using var scratch = new ScratchDirectory();
        string access, refresh;
        await using (var node = await LoopbackNode.StartAsync(dataDirectory: scratch.Path))
        {
            using var registered = await RegisterAsync(node, "ann");
            var session = await registered.AssertJsonAsync(HttpStatusCode.Created);
            (access, refresh) = (session.GetProperty("accessToken").GetString()!, Token(session));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(scratch.Path, "signing.key")));
        }

        await using var again = await LoopbackNode.StartAsync(dataDirectory: scratch.Path);
        using var client = again.WithToken(access);
        await client.GetJsonAsync("/auth/me");
        await RefreshAsync(again, refresh, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logs_hold_no_password_and_no_token()
    {
        var logs = new RecordingLogs();
        await using var node = await LoopbackNode.StartAsync(logs: logs);
        using var registered = await RegisterAsync(node, "ann");
        var session = await registered.AssertJsonAsync(HttpStatusCode.Created);
        using var wrong = await LoginAsync(node, "ann", "another secret");
        var next = await RefreshAsync(node, Token(session), HttpStatusCode.OK);
        await RefreshRefusedAsync(node, Token(session), "refresh-token-reused");

        Assert.Contains(logs.Lines, static line => line.Contains("used refresh token", StringComparison.Ordinal));
        foreach (var secret in new[] { Password, "another secret", Token(session), Token(next), session.GetProperty("accessToken").GetString()! })
            Assert.DoesNotContain(logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    private static Dictionary<string, string?> Settings(string key, string value) => new() { [key] = value };

    private static Task<HttpResponseMessage> RegisterAsync(LoopbackNode node, string username) =>
        node.Client.PostAsJsonAsync("/auth/register", new { username, email = username + "@example.org", password = Password });

    private static Task<HttpResponseMessage> LoginAsync(LoopbackNode node, string username, string password) =>
        node.Client.PostAsJsonAsync("/auth/login", new { username, password });

    private static async Task<JsonElement> RefreshAsync(LoopbackNode node, string token, HttpStatusCode status)
    {
        using var response = await node.Client.PostAsJsonAsync("/auth/refresh", new { refreshToken = token });
        return await response.AssertJsonAsync(status);
    }

    private static async Task RefreshRefusedAsync(LoopbackNode node, string token, string code)
    {
        using var response = await node.Client.PostAsJsonAsync("/auth/refresh", new { refreshToken = token });
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, code);
    }

    private static string Token(JsonElement session) => session.GetProperty("refreshToken").GetString()!;

    private static IEnumerable<string?> Roles(JsonElement session) =>
        session.GetProperty("user").GetProperty("roles").EnumerateArray().Select(static role => role.GetString());
}
