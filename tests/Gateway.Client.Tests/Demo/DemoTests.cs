using Gateway.Client.Tests.Fakes;
using Gateway.Demo;
using Gateway.Demo.Media;

namespace Gateway.Client.Tests.Demo;

/// <summary>The demo's way through a gateway, from the clip to the exit code. The clip is real, the gateway is not.</summary>
public sealed class DemoTests(ShortClip clip) : IClassFixture<ShortClip>
{
    [Fact]
    public async Task Everything_well_is_success_and_progress_came_over_the_WebSocket()
    {
        await using var server = await FakeHttp.StartAsync();
        var running = DemoProgram.RunAsync(Options(server.Address) with { File = null }, CancellationToken.None);
        var connection = await JoinedAsync(server);
        while (server.AnnouncedSize == 0 || server.Uploaded.Length < server.AnnouncedSize)
            await Task.Yield();
        server.Result = server.Uploaded;
        await connection.SendAsync(Progress(1, 10), Progress(2, 60), End(3, "job:complete"));
        Assert.Equal(ExitCode.Success, await running.WaitAsync(FakeGateway.Patience));
        Assert.DoesNotContain("GET /jobs/job-1", server.Requests);
        Assert.DoesNotContain("DELETE /jobs/job-1", server.Requests);
    }

    [Fact]
    public async Task Job_that_completes_without_a_word_over_the_WebSocket_is_not_followed()
    {
        await using var server = await FakeHttp.StartAsync();
        var running = DemoProgram.RunAsync(Options(server.Address), CancellationToken.None);
        var connection = await JoinedAsync(server);
        await connection.SendAsync(End(1, "job:complete"));
        Assert.Equal(ExitCode.NotFollowed, await running.WaitAsync(FakeGateway.Patience));
    }

    [Fact]
    public async Task Job_that_fails_is_told()
    {
        await using var server = await FakeHttp.StartAsync();
        var running = DemoProgram.RunAsync(Options(server.Address), CancellationToken.None);
        var connection = await JoinedAsync(server);
        await connection.SendAsync(Progress(1, 10), End(2, "job:error"));
        Assert.Equal(ExitCode.JobFailed, await running.WaitAsync(FakeGateway.Patience));
    }

    [Fact]
    public async Task Result_that_is_no_video_is_wrong()
    {
        await using var server = await FakeHttp.StartAsync();
        server.Result = new byte[1000];
        var running = DemoProgram.RunAsync(Options(server.Address), CancellationToken.None);
        var connection = await JoinedAsync(server);
        await connection.SendAsync(Progress(1, 10), End(2, "job:complete"));
        Assert.Equal(ExitCode.ResultWrong, await running.WaitAsync(FakeGateway.Patience));
    }

    [Fact]
    public async Task Cancelled_cancels_the_job()
    {
        await using var server = await FakeHttp.StartAsync();
        using var cancel = new CancellationTokenSource();
        var running = DemoProgram.RunAsync(Options(server.Address), cancel.Token);
        await JoinedAsync(server);
        await cancel.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await running.WaitAsync(FakeGateway.Patience));
        Assert.Contains("DELETE /jobs/job-1", server.Requests);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable() =>
        Assert.Equal(ExitCode.Unreachable, await DemoProgram.RunAsync(Options(new Uri("http://127.0.0.1:1")), CancellationToken.None));

    [Theory]
    [InlineData("mp4-720p", "mov,mp4", "h264", "aac", 1280, 720, 12.1, null)]
    [InlineData("mp4-480p", "mov,mp4", "h264", "aac", 854, 480, 12, null)]
    [InlineData("webm", "matroska,webm", "vp9", "opus", 1280, 720, 12, null)]
    [InlineData("mp4-720p", "mov,mp4", "hevc", "aac", 1280, 720, 12, "video")]
    [InlineData("mp4-720p", "mov,mp4", "h264", "", 1280, 720, 12, "sound")]
    [InlineData("mp4-480p", "mov,mp4", "h264", "aac", 1280, 720, 12, "larger")]
    [InlineData("mp4-720p", "mov,mp4", "h264", "aac", 720, 720, 12, "shape")]
    [InlineData("mp4-720p", "mov,mp4", "h264", "aac", 1280, 720, 9, "lasts")]
    [InlineData("webm", "mov,mp4", "vp9", "opus", 1280, 720, 12, "container")]
    public void ResultCheck_finds_what_is_wrong(
        string preset, string container, string video, string audio, int width, int height, double seconds, string? complaint)
    {
        var source = new ClipFacts("mov,mp4", "h264", "aac", 1280, 720, 12, 1000);
        var found = ResultCheck.Complaint(source, new ClipFacts(container, video, audio, width, height, seconds, 1000), preset);
        if (complaint is null)
            Assert.Null(found);
        else
            Assert.Contains(complaint, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "nonsense")]
    [InlineData("--timeout", "0")]
    [InlineData("--file", "/no/such/file")]
    [InlineData("--preset", "betamax")]
    [InlineData("--what")]
    public void Arguments_that_are_wrong_are_errors(params string[] arguments) =>
        Assert.NotEmpty(DemoCommand.Create((_, _) => Task.FromResult(ExitCode.Success)).Parse(arguments).Errors);

    private DemoOptions Options(Uri address) => new(address, clip.File, "mp4-720p", IsInsecure: false, Authority: null, IsPlain: true, TimeSpan.FromMinutes(2));

    private static async Task<FakeConnection> JoinedAsync(FakeHttp server)
    {
        var connection = await server.AcceptAsync();
        await connection.WelcomeAsync();
        var join = await connection.JoinAsync(1, epoch: 1, offset: 0, head: 0, recovered: false);
        Assert.Equal("job:job-1", join[2]);
        return connection;
    }

    private static object?[] Progress(int offset, double percent) =>
        [11, 1, offset, "job:progress", new Dictionary<string, object?> { ["status"] = "running", ["progress"] = percent, ["stage"] = "transcode", ["fps"] = 60.0, ["eta"] = 3.0 }, null, Now()];

    private static object?[] End(int offset, string name) =>
        [11, 1, offset, name, new Dictionary<string, object?>
        {
            ["status"] = name == "job:error" ? "failed" : "completed",
            ["progress"] = 100.0,
            ["error"] = name == "job:error" ? new Dictionary<string, object?> { ["code"] = "no-video", ["message"] = "No video." } : null,
        }, null, Now()];

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
