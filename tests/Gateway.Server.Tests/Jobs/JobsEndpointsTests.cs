using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Server.Jobs;
using Gateway.Server.Tests.Support;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Server.Tests.Jobs;

public sealed class JobsEndpointsTests
{
    private static readonly byte[] Film = FakeMedia.Mp4(2000);
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task List_shows_own_jobs_in_pages()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var ann = await node.SignUpAsync("ann");
        using var bob = await node.SignUpAsync("bob");
        var ids = new List<string>();
        for (var count = 0; count < 5; count++)
            ids.Add((await ann.UploadAsync(Film)).Id());
        await bob.UploadAsync(Film);
        ids.Sort(StringComparer.Ordinal);
        ids.Reverse();

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ann.GetJsonAsync("/jobs?limit=2" + (cursor is null ? "" : "&cursor=" + cursor));
            seen.AddRange(page.GetProperty("jobs").EnumerateArray().Select(static job => job.Id()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal(ids, seen);

        using var cancelled = await ann.DeleteAsync("/jobs/" + ids[2]);
        Assert.Equal([ids[2]], (await ann.GetJsonAsync("/jobs?status=cancelled")).GetProperty("jobs").EnumerateArray().Select(static job => job.Id()));
        using var admin = node.SignInAs("boss", "admin");
        Assert.Empty((await admin.GetJsonAsync("/jobs")).GetProperty("jobs").EnumerateArray());
        Assert.Equal(6, (await admin.GetJsonAsync("/jobs?user=*")).GetProperty("jobs").GetArrayLength());
    }

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("cursor=x", "cursor")]
    public async Task List_with_a_bad_parameter_is_refused(string query, string field)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u");
        using var response = await client.GetAsync("/jobs?" + query);
        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation-failed");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Job_of_another_is_none_at_every_door()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var ann = await node.SignUpAsync("ann");
        using var bob = await node.SignUpAsync("bob");
        using var admin = node.SignInAs("boss", "admin");
        var id = (await ann.UploadAsync(Film)).Id();
        foreach (var path in (string[])["", "/history", "/download", "/status"])
        {
            using var response = await bob.GetAsync($"/jobs/{id}{path}");
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "job-not-found");
            using var nobody = await node.Client.GetAsync($"/jobs/{id}{path}");
            await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "token-missing");
        }

        using var delete = await bob.DeleteAsync("/jobs/" + id);
        await delete.AssertProblemAsync(HttpStatusCode.NotFound, "job-not-found");
        using var retry = await bob.PostAsync($"/jobs/{id}/retry", null);
        await retry.AssertProblemAsync(HttpStatusCode.NotFound, "job-not-found");
        using var all = await bob.GetAsync("/jobs?user=*");
        await all.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal("queued", (await admin.GetJsonAsync("/jobs/" + id)).Status());
    }

    [Fact]
    public async Task Delete_cancels_a_waiting_job_then_deletes_it_and_its_files()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var id = (await client.UploadAsync(Film)).Id();
        using var cancelled = await client.DeleteAsync("/jobs/" + id);
        Assert.Equal("cancelled", (await cancelled.AssertJsonAsync(HttpStatusCode.OK)).Status());
        var ended = await node.Rooms.WaitForAsync(static message => message.EventName == "job:error");
        Assert.Equal($"{id}:1:cancelled", ended.Options.IdempotencyKey);

        using var deleted = await client.DeleteAsync("/jobs/" + id);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(node.DataDirectory, "media")));
        using var gone = await client.DeleteAsync("/jobs/" + id);
        await gone.AssertProblemAsync(HttpStatusCode.NotFound, "job-not-found");
    }

    [Fact]
    public async Task Delete_of_a_running_job_is_a_wish_that_the_worker_hears()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var id = (await client.UploadAsync(Film)).Id();
        var lease = await LeaseAsync(node);
        for (var count = 0; count < 2; count++)
        {
            using var response = await client.DeleteAsync("/jobs/" + id);
            var job = await response.AssertJsonAsync(HttpStatusCode.Accepted);
            Assert.Equal(("running", true), (job.Status(), job.GetProperty("cancelRequested").GetBoolean()));
        }

        var queue = node.Get<ITranscodeQueue>();
        Assert.Equal(LeaseState.CancelRequested, await queue.RenewAsync(lease, LeaseTime, default));
        Assert.Equal(LeaseState.Held, await queue.CancelAsync(lease, default));
        Assert.Equal("cancelled", (await client.GetJsonAsync("/jobs/" + id)).Status());
    }

    [Fact]
    public async Task Retry_is_for_jobs_that_ended_badly()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var id = (await client.UploadAsync(Film)).Id();
        await RefusedAsync();
        var lease = await LeaseAsync(node);
        await RefusedAsync();
        await node.Get<ITranscodeQueue>().FailAsync(lease, JobError.Final(JobErrorCodes.InputDamaged, "It is damaged."), null, default);
        var failed = await client.GetJsonAsync("/jobs/" + id);
        Assert.Equal(("failed", "input-damaged", "It is damaged."), (failed.Status(), failed.GetProperty("error").GetProperty("code").GetString(), failed.GetProperty("error").GetProperty("message").GetString()));

        using var retried = await client.PostAsync($"/jobs/{id}/retry", null);
        var job = await retried.AssertJsonAsync(HttpStatusCode.Accepted);
        Assert.Equal(("queued", JsonValueKind.Null), (job.Status(), job.GetProperty("error").ValueKind));
        Assert.Equal(1, (await LeaseAsync(node)).Job.Attempt);

        async Task RefusedAsync()
        {
            using var response = await client.PostAsync($"/jobs/{id}/retry", null);
            await response.AssertProblemAsync(HttpStatusCode.Conflict, "job-state-conflict");
        }
    }

    [Fact]
    public async Task Download_serves_ranges_tags_and_a_safe_name()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var id = await CompleteAsync(node, client, "it's \"ü\"; x=1.mov");
        using var whole = await client.GetAsync($"/jobs/{id}/download");
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync());
        Assert.Equal("video/mp4", whole.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        var disposition = whole.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", "it's \"ü\"; x=1.mp4"), (disposition.DispositionType, disposition.FileNameStar));
        var tag = whole.Headers.ETag!;
        Assert.False(tag.IsWeak);

        using var part = await GetAsync(client, $"/jobs/{id}/download", request => request.Headers.Range = new(2, 4));
        Assert.Equal((HttpStatusCode.PartialContent, "234", "bytes 2-4/10"), (part.StatusCode, await part.Content.ReadAsStringAsync(), part.Content.Headers.ContentRange!.ToString()));
        using var suffix = await GetAsync(client, $"/jobs/{id}/download", request => request.Headers.Range = new(null, 3));
        Assert.Equal("789", await suffix.Content.ReadAsStringAsync());
        using var beyond = await GetAsync(client, $"/jobs/{id}/download", request => request.Headers.Range = new(10, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using var unchanged = await GetAsync(client, $"/jobs/{id}/download", request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/jobs/{id}/download"));
        Assert.Equal((HttpStatusCode.OK, 10L), (head.StatusCode, head.Content.Headers.ContentLength!.Value));

        using var thumbnail = await client.GetAsync($"/jobs/{id}/download?output=thumbnail");
        Assert.Equal(("picture", "image/jpeg"), (await thumbnail.Content.ReadAsStringAsync(), thumbnail.Content.Headers.ContentType!.ToString()));
        using var none = await client.GetAsync($"/jobs/{id}/download?output=preview");
        await none.AssertProblemAsync(HttpStatusCode.NotFound, "output-not-found");
        using var unknown = await client.GetAsync($"/jobs/{id}/download?output=../input");
        await unknown.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "validation-failed");
    }

    [Fact]
    public async Task Download_of_a_job_that_has_not_completed_says_so()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var job = await client.UploadAsync(Film);
        Assert.Equal(JsonValueKind.Null, job.GetProperty("downloadUrl").ValueKind);
        using var response = await client.GetAsync($"/jobs/{job.Id()}/download");
        await response.AssertProblemAsync(HttpStatusCode.Conflict, "job-not-finished");
    }

    [Fact]
    public async Task Signed_link_works_without_a_token_until_it_ends()
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(time: time);
        using var client = node.SignInAs("u1");
        var id = await CompleteAsync(node, client);
        var job = await client.GetJsonAsync("/jobs/" + id);
        var link = job.GetProperty("downloadUrl").GetString()!;
        var picture = job.GetProperty("thumbnailUrl").GetString()!;
        Assert.Equal("0123456789", await node.Client.GetStringAsync(link));
        Assert.Equal("picture", await node.Client.GetStringAsync(picture));
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromHours(1), job.GetProperty("linksExpireAt").GetDateTimeOffset());

        var other = await CompleteAsync(node, client);
        var expires = link.Split("exp=")[1].Split('&')[0];
        foreach (var forged in new[]
        {
            link.Replace(id, other, StringComparison.Ordinal),
            link.Replace("output=result", "output=thumbnail", StringComparison.Ordinal),
            link.Replace("exp=" + expires, "exp=" + (long.Parse(expires, CultureInfo.InvariantCulture) + 1), StringComparison.Ordinal),
            link.Replace("exp=" + expires, "exp=0" + expires, StringComparison.Ordinal)[..^1] + "!",
            link.Replace("exp=" + expires, "exp=", StringComparison.Ordinal),
            link[..link.IndexOf("&exp", StringComparison.Ordinal)] + "&sig=x",
            link + "x",
            link[..^1],
            link[..(link.IndexOf("sig=", StringComparison.Ordinal) + 4)],
        })
        {
            using var response = await node.Client.GetAsync(forged);
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "link-invalid");
        }

        time.Advance(TimeSpan.FromHours(1));
        using var late = await node.Client.GetAsync(link);
        await late.AssertProblemAsync(HttpStatusCode.Forbidden, "link-expired");
    }

    [Fact]
    public async Task Links_that_are_off_are_neither_given_nor_taken()
    {
        using var scratch = new ScratchDirectory();
        string link;
        string id;
        await using (var node = await LoopbackNode.StartAsync(dataDirectory: scratch.Path))
        {
            using var client = node.SignInAs("u1");
            id = await CompleteAsync(node, client);
            link = (await client.GetJsonAsync("/jobs/" + id)).GetProperty("downloadUrl").GetString()!;
        }

        await using var off = await LoopbackNode.StartAsync(new Dictionary<string, string?> { ["Jobs:DownloadLinks"] = "false" }, dataDirectory: scratch.Path);
        using var same = off.SignInAs("u1");
        Assert.Equal(JsonValueKind.Null, (await same.GetJsonAsync("/jobs/" + id)).GetProperty("downloadUrl").ValueKind);
        using var response = await off.Client.GetAsync(link);
        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "link-invalid");
    }

    [Fact]
    public async Task Service_sees_status_reports_progress_and_asks_for_more()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        using var service = node.SignInAs("worker", "service");
        var id = (await client.UploadAsync(Film)).Id();
        Assert.Equal("queued", (await service.GetJsonAsync($"/jobs/{id}/status")).Status());
        var reading = new { progress = 40, stage = "transcode", etaSeconds = 2.5 };
        using var early = await service.PutAsJsonAsync($"/jobs/{id}/progress", reading);
        await early.AssertProblemAsync(HttpStatusCode.Conflict, "job-state-conflict");
        var lease = await LeaseAsync(node);
        using var taken = await service.PutAsJsonAsync($"/jobs/{id}/progress", reading);
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        Assert.Equal((40.0, "transcode"), ((await client.GetJsonAsync("/jobs/" + id)).GetProperty("progress").GetDouble(), (await client.GetJsonAsync($"/jobs/{id}/status")).GetProperty("stage").GetString()));
        Assert.Single(node.Rooms.Of("user:u1", "job:progress"));

        using var running = await service.PostAsJsonAsync("/process", new { jobId = id });
        await running.AssertProblemAsync(HttpStatusCode.Conflict, "job-state-conflict");
        await node.Get<ITranscodeQueue>().CompleteAsync(lease, Result(node, lease.Job), default);
        using var again = await service.PostAsJsonAsync("/process", new { jobId = id, preset = "gif" });
        Assert.Equal("queued", (await again.AssertJsonAsync(HttpStatusCode.Accepted)).Status());
        Assert.Equal("gif", (await client.GetJsonAsync("/jobs/" + id)).GetProperty("preset").GetString());
    }

    [Fact]
    public async Task Inner_doors_are_shut_to_users()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1", "admin");
        var id = (await client.UploadAsync(Film)).Id();
        using var progress = await client.PutAsJsonAsync($"/jobs/{id}/progress", new { progress = 1, stage = "x" });
        await progress.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        using var process = await client.PostAsJsonAsync("/process", new { jobId = id });
        await process.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("/process", "{}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("/process", "{\"jobId\":\"x\",\"preset\":\"mp5\"}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("/process", "{\"jobId\":\"x\"}", HttpStatusCode.NotFound, "job-not-found")]
    [InlineData("/process", "[", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("/jobs/x/progress", "{\"progress\":101,\"stage\":\"x\"}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("/jobs/x/progress", "{\"progress\":-1,\"stage\":\"x\"}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("/jobs/x/progress", "{\"progress\":1}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("/jobs/x/progress", "{\"progress\":\"NaN\",\"stage\":\"x\"}", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("/jobs/x/progress", "{\"progress\":1,\"stage\":\"x\",\"fps\":-1}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("/jobs/x/progress", "{\"progress\":1,\"stage\":\"x\"}", HttpStatusCode.NotFound, "job-not-found")]
    public async Task Inner_request_that_makes_no_sense_is_refused(string path, string body, HttpStatusCode status, string code)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var service = node.SignInAs("worker", "service");
        using var content = new StringContent(body, null, "application/json");
        using var response = path == "/process" ? await service.PostAsync(path, content) : await service.PutAsync(path, content);
        await response.AssertProblemAsync(status, code);
    }

    [Fact]
    public async Task History_tells_the_steps()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var id = await CompleteAsync(node, client);
        var history = await client.GetJsonAsync($"/jobs/{id}/history");
        Assert.Equal(["job.queued", "job.started", "job.completed"], history.EnumerateArray().Select(static entry => entry.GetProperty("operation").GetString()));
    }

    private static async Task<LeasedJob> LeaseAsync(LoopbackNode node) => (await node.Get<ITranscodeQueue>().LeaseAsync("w", LeaseTime, default))!;

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        change(request);
        return await client.SendAsync(request);
    }

    /// <summary>A job as a worker would leave it.</summary>
    private static async Task<string> CompleteAsync(LoopbackNode node, HttpClient client, string filename = "film.mp4")
    {
        var id = (await client.UploadAsync(Film, filename)).Id();
        var lease = await LeaseAsync(node);
        Assert.Equal(LeaseState.Held, await node.Get<ITranscodeQueue>().CompleteAsync(lease, Result(node, lease.Job), default));
        return id;
    }

    private static JobResult Result(LoopbackNode node, TranscodeJob job)
    {
        Assert.StartsWith(node.DataDirectory, job.OutputDirectory, StringComparison.Ordinal);
        var directory = Directory.CreateDirectory(Path.Combine(job.OutputDirectory, "x")).FullName;
        var video = Path.Combine(directory, "video.mp4");
        var picture = Path.Combine(directory, "thumbnail.jpg");
        File.WriteAllText(video, "0123456789");
        File.WriteAllText(picture, "picture");
        var media = new MediaInfo { Format = "mov", SizeBytes = 10, StreamCount = 1, Duration = TimeSpan.FromSeconds(2) };
        return new JobResult
        {
            Outputs = [new JobOutput(OutputKind.Main, video, 10, "video/mp4"), new JobOutput(OutputKind.Thumbnail, picture, 7, "image/jpeg")],
            Input = media,
            Output = media,
            Analytics = new JobAnalytics
            {
                InputBytes = 20,
                OutputBytes = 10,
                MediaDuration = TimeSpan.FromSeconds(2),
                ProcessingTime = TimeSpan.FromSeconds(1),
                OutputBitsPerSecond = 40,
            },
        };
    }
}
