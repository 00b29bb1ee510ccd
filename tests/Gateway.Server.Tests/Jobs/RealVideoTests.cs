using System.Diagnostics;
using System.Net;
using Gateway.Server.Jobs;
using Gateway.Server.Tests.Support;
using Gateway.Transcoding.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Jobs;

/// <summary>The whole way with the real ffmpeg: upload, progress, result, range, deletion; and a death in the middle.</summary>
public sealed class RealVideoTests
{
    private static readonly Lazy<byte[]> Clip = new(MakeClip);
    private static readonly Dictionary<string, string?> OneWorker = new() { ["Transcoding:Workers"] = "1", ["Transcoding:RetryDelay"] = "00:00:01" };

    [Fact]
    public async Task Upload_becomes_a_video_that_can_be_fetched_in_parts_and_deleted_without_a_trace()
    {
        await using var node = await LoopbackNode.StartAsync(OneWorker);
        using var client = node.SignInAs("u1");
        var id = (await client.UploadAsync(Clip.Value, preset: "mp4-480p")).Id();
        var end = await node.Rooms.WaitForAsync(message => message.Room == "user:u1" && message.EventName is "job:complete" or "job:error");
        Assert.Equal(("job:complete", id + ":1:completed"), (end.EventName, end.Options.IdempotencyKey));
        await node.Rooms.WaitForAsync(message => message.Room == "job:" + id && message.EventName == "job:complete");

        var readings = node.Rooms.Of("job:" + id, "job:progress").Select(static message => (double)message.Payload["progress"]!).ToList();
        Assert.True(readings.Count >= 3);
        Assert.Equal(readings.Order(), readings);
        Assert.Equal(
            ["intake", "validation", "metadata", "thumbnail", "transcode"],
            node.Rooms.Of("job:" + id, "job:progress").Select(static message => (string)message.Payload["stage"]!).Distinct(StringComparer.Ordinal).Take(5));

        var job = await client.GetJsonAsync("/jobs/" + id);
        Assert.Equal(("completed", 100.0, 160), (job.Status(), job.GetProperty("progress").GetDouble(), job.GetProperty("width").GetInt32()));
        Assert.Equal(1, job.GetProperty("durationSeconds").GetDouble(), 0.2);
        var link = job.GetProperty("downloadUrl").GetString()!;
        var whole = await node.Client.GetByteArrayAsync(link);
        Assert.Equal(job.GetProperty("outputBytes").GetInt64(), whole.Length);
        Assert.True(MediaSignature.IsMedia(whole));
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Range = new(100, 299);
        using var part = await node.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(whole[100..300], await part.Content.ReadAsByteArrayAsync());
        var picture = await node.Client.GetByteArrayAsync(job.GetProperty("thumbnailUrl").GetString());
        Assert.Equal((byte)0xFF, picture[0]);

        var history = await node.Get<IJobStore>().HistoryAsync(id, default);
        Assert.Contains(history, static entry => entry is { Operation: "transcode", Status: "completed", Duration: not null });
        Assert.Equal(JobState.Of((await node.Get<IJobStore>().FindAsync(id, default))!), JobHistory.Replay(history));

        using var deleted = await client.DeleteAsync("/jobs/" + id);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        AssertNoFile(node);
    }

    [Fact]
    public async Task Film_that_is_none_fails_with_its_reason()
    {
        await using var node = await LoopbackNode.StartAsync(OneWorker);
        using var client = node.SignInAs("u1");
        var id = (await client.UploadAsync(FakeMedia.Mp4(50_000))).Id();
        var end = await node.Rooms.WaitForAsync(static message => message.Room == "user:u1" && message.EventName is "job:complete" or "job:error");
        Assert.Equal(("job:error", "failed"), (end.EventName, end.Payload["status"]));
        var job = await client.GetJsonAsync("/jobs/" + id);
        Assert.StartsWith("input-", job.GetProperty("error").GetProperty("code").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(node.DataDirectory, job.ToString(), StringComparison.Ordinal);
        using var deleted = await client.DeleteAsync("/jobs/" + id);
        AssertNoFile(node);
    }

    [Fact]
    public async Task Running_job_that_is_cancelled_ends_as_cancelled_and_leaves_no_file()
    {
        await using var node = await LoopbackNode.StartAsync(OneWorker);
        using var client = node.SignInAs("u1");
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = Hold(node.Rooms, cancelled.Task);
        var id = (await client.UploadAsync(Clip.Value)).Id();
        await reached.WaitAsync(TimeSpan.FromMinutes(1));
        using var wish = await client.DeleteAsync("/jobs/" + id);
        Assert.Equal(HttpStatusCode.Accepted, wish.StatusCode);
        cancelled.SetResult();

        var end = await node.Rooms.WaitForAsync(static message => message.Room == "user:u1" && message.EventName is "job:complete" or "job:error");
        Assert.Equal(("job:error", "cancelled", id + ":1:cancelled"), (end.EventName, end.Payload["status"], end.Options.IdempotencyKey));
        using var deleted = await client.DeleteAsync("/jobs/" + id);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        AssertNoFile(node);
    }

    [Fact]
    public async Task Job_that_ran_when_the_server_died_is_taken_up_again()
    {
        using var scratch = new ScratchDirectory();
        DyingQueue? queue = null;
        var dead = await LoopbackNode.StartAsync(
            OneWorker, dataDirectory: scratch.Path,
            services: services => services.AddSingleton<ITranscodeQueue>(provider => queue = new DyingQueue(ActivatorUtilities.CreateInstance<JobQueue>(provider))));
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = Hold(dead.Rooms, never.Task);
        string id;
        using (var client = dead.SignInAs("u1"))
            id = (await client.UploadAsync(Clip.Value, preset: "mp4-480p")).Id();
        await reached.WaitAsync(TimeSpan.FromMinutes(1));
        queue!.Die();
        await dead.StopWithoutGraceAsync();
        Assert.DoesNotContain(dead.Rooms.Messages, static message => message.EventName is "job:complete" or "job:error");

        await using var next = await LoopbackNode.StartAsync(OneWorker, dataDirectory: scratch.Path);
        var end = await next.Rooms.WaitForAsync(static message => message.Room == "user:u1" && message.EventName is "job:complete" or "job:error");
        Assert.Equal(("job:complete", id + ":2:completed"), (end.EventName, end.Options.IdempotencyKey));
        using var same = next.SignInAs("u1");
        var history = await next.Get<IJobStore>().HistoryAsync(id, default);
        Assert.Equal(2, history.Count(static entry => entry.Operation == JobOperations.Started));
        Assert.Equal(JobState.Of((await next.Get<IJobStore>().FindAsync(id, default))!), JobHistory.Replay(history));
        using var deleted = await same.DeleteAsync("/jobs/" + id);
        AssertNoFile(next);
    }

    /// <summary>Stops the worker at the start of its main stage until the task ends (or its patience with listeners does).</summary>
    private static Task Hold(RecordingRooms rooms, Task until)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rooms.Answer = async message =>
        {
            if (message.Payload.TryGetValue("stage", out var stage) && stage is "transcode")
            {
                reached.TrySetResult();
                await until;
            }

            return Gateway.Server.Rooms.PublishStatus.Accepted;
        };
        return reached.Task;
    }

    private static void AssertNoFile(LoopbackNode node)
    {
        foreach (var folder in (string[])["media", "work"])
        {
            var path = Path.Combine(node.DataDirectory, folder);
            Assert.Empty(Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)) : []);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(node.DataDirectory, "media")));
    }

    private static byte[] MakeClip()
    {
        using var scratch = new ScratchDirectory();
        var path = Path.Combine(scratch.Path, "clip.mp4");
        var info = new ProcessStartInfo("ffmpeg") { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in $"-nostdin -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=1 -f lavfi -i sine=duration=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac {path}".Split(' '))
            info.ArgumentList.Add(argument);
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return File.ReadAllBytes(path);
    }
}
