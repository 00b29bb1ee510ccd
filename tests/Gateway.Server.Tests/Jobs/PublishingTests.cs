using Gateway.Server.Jobs;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Support;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Server.Tests.Jobs;

/// <summary>What goes out to the rooms of a job, when, and what happens when a room says no.</summary>
public sealed class PublishingTests
{
    private static readonly byte[] Film = FakeMedia.Mp4(2000);

    [Fact]
    public async Task Progress_goes_out_every_two_seconds_and_with_each_stage()
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(time: time);
        var id = await StartJobAsync(node);
        var sink = node.Get<ITranscodeProgress>();
        await ReportAsync(JobStage.Validation, 1);
        await ReportAsync(JobStage.Transcode, 9);
        await ReportAsync(JobStage.Transcode, 20);
        time.Advance(TimeSpan.FromSeconds(1.9));
        await ReportAsync(JobStage.Transcode, 30);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await ReportAsync(JobStage.Transcode, 40);
        await ReportAsync(JobStage.Cleanup, 97);

        foreach (var room in (string[])["job:" + id, "user:u1"])
        {
            foreach (var name in (string[])["job:progress", "video:progress"])
            {
                var messages = node.Rooms.Of(room, name).ToList();
                Assert.Equal([1.0, 9.0, 40.0, 97.0], messages.Select(static message => message.Payload["progress"]));
                Assert.Equal(["validation", "transcode", "transcode", "cleanup"], messages.Select(static message => message.Payload["stage"]));
                Assert.Single(messages.Select(static message => message.Options.ConflationKey).Distinct(StringComparer.Ordinal));
                Assert.All(messages, message => Assert.Null(message.Options.IdempotencyKey));
            }
        }

        var payload = node.Rooms.Of("job:" + id, "job:progress").ElementAt(2).Payload;
        Assert.Equal((id, id, 12.5, 12.5, 25.0, 1.5), (payload["id"], payload["jobId"], payload["eta"], payload["etaSeconds"], payload["fps"], payload["speed"]));
        Assert.NotEqual(
            node.Rooms.Of("user:u1", "job:progress").First().Options.ConflationKey, node.Rooms.Of("user:u1", "video:progress").First().Options.ConflationKey);
        Assert.Equal(97, (await node.Get<IJobStore>().FindAsync(id, default))!.Progress);

        ValueTask ReportAsync(JobStage stage, double percent) => sink.ReportAsync(
            new JobProgress
            {
                JobId = id,
                Attempt = 1,
                Stage = stage,
                Percent = percent,
                StagePercent = 0,
                Fps = 25,
                Speed = 1.5,
                Eta = TimeSpan.FromSeconds(12.5),
                Message = "",
            },
            default);
    }

    [Fact]
    public async Task Progress_of_a_job_that_has_ended_or_of_another_attempt_is_not_told()
    {
        await using var node = await LoopbackNode.StartAsync();
        var id = await StartJobAsync(node);
        var publisher = node.Get<ProgressPublisher>();
        var reading = new ProgressReading(50, "transcode", null, null, null);
        Assert.False(await publisher.ReportAsync(id, 2, reading, default));
        Assert.False(await publisher.ReportAsync("nobody", null, reading, default));
        Assert.True(await publisher.ReportAsync(id, 1, reading, default));
        Assert.Single(node.Rooms.Of("job:" + id, "job:progress"));
    }

    [Fact]
    public async Task Progress_that_a_room_does_not_take_is_dropped_without_harm()
    {
        await using var node = await LoopbackNode.StartAsync();
        node.Rooms.Answer = static _ => new(PublishStatus.Overloaded);
        var id = await StartJobAsync(node);
        Assert.True(await node.Get<ProgressPublisher>().ReportAsync(id, 1, new ProgressReading(50, "transcode", null, null, null), default));
        Assert.Equal(50, (await node.Get<IJobStore>().FindAsync(id, default))!.Progress);
    }

    [Theory]
    [InlineData(nameof(PublishStatus.Overloaded))]
    [InlineData(nameof(PublishStatus.Unavailable))]
    [InlineData(null)]
    public async Task End_is_told_again_until_the_room_takes_it_once_and_in_order(string? refusal)
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(time: time);
        var asked = 0;
        node.Rooms.Answer = message => message.Room != "user:u1" || Interlocked.Increment(ref asked) > 3
            ? new(PublishStatus.Accepted)
            : refusal is null ? throw new IOException("The room is away.") : new(Enum.Parse<PublishStatus>(refusal));
        using var client = node.SignInAs("u1");
        var ids = new List<string>();
        for (var count = 0; count < 3; count++)
        {
            ids.Add((await client.UploadAsync(Film)).Id());
            using var cancelled = await client.DeleteAsync("/jobs/" + ids[^1]);
        }

        // The room of a job is not held up by the user's.
        await node.Rooms.WaitForAsync(message => message.Room == "job:" + ids[2]);
        while (node.Rooms.Of("user:u1", "job:error").Count() < 3)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Equal(ids, node.Rooms.Of("user:u1", "job:error").Select(static message => message.Payload["id"]));
        Assert.Equal(ids.Select(static id => id + ":1:cancelled"), node.Rooms.Of("user:u1", "job:error").Select(static message => message.Options.IdempotencyKey));
        while ((await node.Get<IOutboxStore>().ReadAsync(1, [], default)).Count > 0)
            await Task.Yield();
        Assert.Equal(6, node.Rooms.Messages.Count);
    }

    [Fact]
    public async Task End_that_a_room_refuses_for_good_does_not_hold_up_the_others()
    {
        await using var node = await LoopbackNode.StartAsync();
        node.Rooms.Answer = static message => new(message.Room.StartsWith("user:", StringComparison.Ordinal) ? PublishStatus.InvalidRoom : PublishStatus.Accepted);
        using var client = node.SignInAs("no|room");
        var id = (await client.UploadAsync(Film)).Id();
        using var cancelled = await client.DeleteAsync("/jobs/" + id);
        await node.Rooms.WaitForAsync(message => message.Room == "job:" + id);
        while ((await node.Get<IOutboxStore>().ReadAsync(1, [], default)).Count > 0)
            await Task.Yield();
    }

    [Fact]
    public async Task End_that_was_not_told_before_the_server_died_is_told_by_the_next()
    {
        using var scratch = new ScratchDirectory();
        var dead = await LoopbackNode.StartAsync(dataDirectory: scratch.Path);
        dead.Rooms.Answer = static _ => new(PublishStatus.Unavailable);
        using var client = dead.SignInAs("u1");
        var id = (await client.UploadAsync(Film)).Id();
        using var cancelled = await client.DeleteAsync("/jobs/" + id);
        await dead.StopWithoutGraceAsync();
        Assert.Empty(dead.Rooms.Messages);

        await using var next = await LoopbackNode.StartAsync(dataDirectory: scratch.Path);
        var message = await next.Rooms.WaitForAsync(static message => message.Room == "user:u1");
        Assert.Equal(("job:error", id + ":1:cancelled"), (message.EventName, message.Options.IdempotencyKey));
    }

    private static async Task<string> StartJobAsync(LoopbackNode node)
    {
        using var client = node.SignInAs("u1");
        var id = (await client.UploadAsync(Film)).Id();
        Assert.NotNull(await node.Get<ITranscodeQueue>().LeaseAsync("w", TimeSpan.FromSeconds(30), default));
        return id;
    }
}
