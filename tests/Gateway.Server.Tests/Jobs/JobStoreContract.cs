using System.Text.Json.Nodes;
using Gateway.Server.Jobs;
using Gateway.Server.Tests.Support;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Queues;

namespace Gateway.Server.Tests.Jobs;

/// <summary>What every <see cref="IJobStore"/>, with its <see cref="IOutboxStore"/> and <see cref="IGarbageStore"/>, promises beside TranscodeQueueContract.</summary>
public abstract class JobStoreContract
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);
    private static readonly JobFault Fault = new(JobErrorCodes.Stalled, "It stood still.");
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private int _leases;

    private protected abstract IJobStore Store { get; }

    private protected abstract IOutboxStore Outbox { get; }

    private protected abstract IGarbageStore Garbage { get; }

    [Fact]
    public async Task Find_returns_what_was_created()
    {
        var job = Job("a") with { FileName = "my film.mp4", Preset = JobPreset.Webm, Options = new TranscodeJobOptions { Preview = false } };
        Assert.Equal(CreateJobStatus.Created, await Store.CreateAsync(job, 10, default));
        Assert.Equal(job, await Store.FindAsync("a", default));
        Assert.Equal(CreateJobStatus.Exists, await Store.CreateAsync(job, 10, default));
        Assert.Null(await Store.FindAsync("b", default));
    }

    [Fact]
    public async Task Create_and_retry_in_a_full_queue_are_refused()
    {
        await CreateAsync("a");
        await Store.RequestCancelAsync("a", _now, default);
        await CreateAsync("b");
        Assert.Equal(CreateJobStatus.QueueFull, await Store.CreateAsync(Job("c"), 1, default));
        Assert.Equal(RetryStatus.QueueFull, await Store.RetryAsync("a", null, false, 1, _now, default));
        Assert.Equal(new JobCounts(1, 0), Store.Counts);
    }

    [Fact]
    public async Task List_is_newest_first_paged_and_filtered()
    {
        foreach (var id in (string[])["a", "b", "c", "d"])
            await CreateAsync(id);
        await Store.CreateAsync(Job("e") with { UserId = "other" }, 10, default);
        await Store.RequestCancelAsync("b", _now, default);

        Assert.Equal("dc", await IdsAsync(new JobQuery("u", null, null, 2)));
        Assert.Equal("ba", await IdsAsync(new JobQuery("u", null, "c", 2)));
        Assert.Equal("b", await IdsAsync(new JobQuery("u", JobStatus.Cancelled, null, 9)));
        Assert.Equal("edcba", await IdsAsync(new JobQuery(null, null, null, 9)));
        Assert.Equal("", await IdsAsync(new JobQuery("u", JobStatus.Running, null, 9)));
    }

    [Fact]
    public async Task Complete_stores_result_and_writes_one_event_per_room_in_the_same_step()
    {
        await CreateAsync("a");
        var lease = await LeaseAsync();
        Assert.Equal(LeaseState.Held, await Store.CompleteAsync(lease, Result(), _now, default));

        var job = await Store.FindAsync("a", default);
        Assert.Equal((JobStatus.Completed, 100.0, _now), (job!.Status, job.Progress, job.CompletedAt!.Value));
        Assert.Equal(Result().Outputs, job.Result!.Outputs);
        var events = await Outbox.ReadAsync(10, [], default);
        Assert.Equal(["job:a", "user:u"], events.Select(static each => each.Room));
        Assert.All(events, static each => Assert.Equal(("job:complete", "a:1:completed"), (each.EventName, each.IdempotencyKey)));
        var payload = Payloads.ReadMap(events[0].Payload);
        Assert.Equal(("a", "completed", 7L), (payload["jobId"], payload["status"], payload["outputBytes"]));
        Assert.Null(payload["error"]);
    }

    [Theory]
    [InlineData(false, "failed", "a:1:failed", JobErrorCodes.Stalled)]
    [InlineData(true, "cancelled", "a:1:cancelled", JobErrorCodes.Cancelled)]
    public async Task Bad_ends_are_errors_with_a_code(bool isCancelled, string status, string key, string code)
    {
        await CreateAsync("a");
        var lease = await LeaseAsync();
        await (isCancelled ? Store.CancelLeaseAsync(lease, _now, default) : Store.FailAsync(lease, Fault, null, _now, default));

        var events = await Outbox.ReadAsync(10, [], default);
        Assert.Equal(2, events.Count);
        Assert.All(events, each => Assert.Equal(("job:error", key), (each.EventName, each.IdempotencyKey)));
        var payload = Payloads.ReadMap(events[1].Payload);
        Assert.Equal(status, payload["status"]);
        Assert.Equal(code, ((IReadOnlyDictionary<string, object?>)payload["error"]!)["code"]);
    }

    [Fact]
    public async Task Attempt_that_is_tried_again_tells_nobody_that_the_job_ended()
    {
        await CreateAsync("a");
        await Store.FailAsync(await LeaseAsync(), Fault, _now.AddSeconds(5), _now, default);
        Assert.Empty(await Outbox.ReadAsync(10, [], default));
        Assert.Equal((JobStatus.Queued, Fault), ((await Store.FindAsync("a", default))!.Status, (await Store.FindAsync("a", default))!.Error));
    }

    [Fact]
    public async Task Settle_that_is_refused_changes_nothing()
    {
        await CreateAsync("a");
        var lease = await LeaseAsync();
        await Store.RequestCancelAsync("a", _now, default);
        var before = await Store.FindAsync("a", default);

        Assert.Equal(LeaseState.CancelRequested, await Store.CompleteAsync(lease, Result(), _now, default));
        Assert.Equal(LeaseState.Lost, await Store.CompleteAsync("no-such-lease", Result(), _now, default));

        Assert.Equal(before, await Store.FindAsync("a", default));
        Assert.Empty(await Outbox.ReadAsync(10, [], default));
    }

    [Fact]
    public async Task Every_end_of_a_job_that_is_asked_for_again_has_a_key_of_its_own()
    {
        await CreateAsync("a");
        await Store.RequestCancelAsync("a", _now, default);
        await RetryAsync("a");
        await Store.RequestCancelAsync("a", _now, default);
        await RetryAsync("a");
        await Store.FailAsync(await LeaseAsync(), Fault, null, _now, default);
        await RetryAsync("a");
        await Store.FailAsync(await LeaseAsync(), Fault, null, _now, default);

        var keys = (await Outbox.ReadAsync(100, [], default)).Where(static each => each.Room == "job:a").Select(static each => each.IdempotencyKey).ToList();
        Assert.Equal(["a:1:cancelled", "a:2:cancelled", "a:3:failed", "a:4:failed"], keys);
    }

    [Fact]
    public async Task Retry_of_a_job_that_waits_runs_or_completed_is_refused()
    {
        await CreateAsync("a");
        Assert.Equal(RetryStatus.WrongState, await Store.RetryAsync("a", null, true, 10, _now, default));
        var lease = await LeaseAsync();
        Assert.Equal(RetryStatus.WrongState, await Store.RetryAsync("a", null, true, 10, _now, default));
        await Store.CompleteAsync(lease, Result(), _now, default);
        Assert.Equal(RetryStatus.WrongState, await Store.RetryAsync("a", null, false, 10, _now, default));
        Assert.Equal(RetryStatus.Queued, await Store.RetryAsync("a", JobPreset.Gif, true, 10, _now, default));
        Assert.Equal(RetryStatus.NotFound, await Store.RetryAsync("b", null, true, 10, _now, default));

        var job = await Store.FindAsync("a", default);
        Assert.Equal((JobStatus.Queued, JobPreset.Gif, 0.0), (job!.Status, job.Preset, job.Progress));
        Assert.Null(job.Result);
    }

    [Fact]
    public async Task Retry_counts_the_workers_attempts_anew_and_goes_to_the_end_of_the_line()
    {
        await CreateAsync("a");
        await Store.FailAsync(await LeaseAsync(), Fault, null, _now, default);
        await CreateAsync("b");
        await RetryAsync("a");

        Assert.Equal("b", (await TakeAsync())!.Job.Id);
        var again = (await TakeAsync())!.Job;
        Assert.Equal(("a", 2, 1), (again.Id, again.Attempt, again.AttemptBase));
    }

    [Fact]
    public async Task Delete_is_for_ended_jobs_and_leaves_their_files_noted_until_they_are_gone()
    {
        await CreateAsync("a");
        Assert.Equal(DeleteJobStatus.NotEnded, await Store.DeleteAsync("a", default));
        await Store.RequestCancelAsync("a", _now, default);
        Assert.Equal(DeleteJobStatus.Deleted, await Store.DeleteAsync("a", default));
        Assert.Equal(DeleteJobStatus.NotFound, await Store.DeleteAsync("a", default));

        Assert.Null(await Store.FindAsync("a", default));
        Assert.Empty(await Store.HistoryAsync("a", default));
        Assert.Equal(2, (await Outbox.ReadAsync(10, [], default)).Count);
        Assert.Equal(["a"], await Garbage.ListAsync(10, default));
        await Garbage.ForgetAsync("a", default);
        Assert.Empty(await Garbage.ListAsync(10, default));
    }

    [Fact]
    public async Task Outbox_gives_the_oldest_first_until_they_are_removed()
    {
        foreach (var id in (string[])["a", "b"])
        {
            await CreateAsync(id);
            await Store.RequestCancelAsync(id, _now, default);
        }

        var events = await Outbox.ReadAsync(3, [], default);
        Assert.Equal(["job:a", "user:u", "job:b"], events.Select(static each => each.Room));
        Assert.Equal(["job:a", "job:b"], (await Outbox.ReadAsync(3, ["user:u", "user:x"], default)).Select(static each => each.Room));
        await Outbox.RemoveAsync([events[0].Sequence, events[2].Sequence], default);
        Assert.Equal(["user:u", "user:u"], (await Outbox.ReadAsync(10, [], default)).Select(static each => each.Room));
    }

    [Fact]
    public async Task Progress_is_taken_for_the_running_attempt_only()
    {
        await CreateAsync("a");
        var reading = new ProgressReading(42.5, "transcode", 3.5, 25, 1.5);
        Assert.False(await Store.UpdateProgressAsync("a", null, reading, _now, default));
        var lease = await LeaseAsync();
        Assert.False(await Store.UpdateProgressAsync("a", 2, reading, _now, default));
        Assert.True(await Store.UpdateProgressAsync("a", 1, reading, _now, default));

        var job = await Store.FindAsync("a", default);
        Assert.Equal((42.5, "transcode", 3.5, 25.0, 1.5), (job!.Progress, job.Stage, job.EtaSeconds!.Value, job.Fps!.Value, job.Speed!.Value));
        await Store.CompleteAsync(lease, Result(), _now, default);
        Assert.False(await Store.UpdateProgressAsync("a", 1, reading, _now, default));
        Assert.Equal(100, (await Store.FindAsync("a", default))!.Progress);
    }

    [Fact]
    public async Task ExpireLeases_makes_running_jobs_due_at_once()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        var lease = await LeaseAsync();
        Assert.Equal(1, await Store.ExpireLeasesAsync(_now, default));
        Assert.Equal(LeaseState.Lost, await Store.RenewAsync(lease, _now, _now + LeaseTime, default));
        var again = (await TakeAsync())!.Job;
        Assert.Equal(("a", 2), (again.Id, again.Attempt));
        Assert.Equal(0, await Store.ExpireLeasesAsync(_now + LeaseTime, default));
    }

    [Fact]
    public async Task Stages_are_recorded_between_the_steps()
    {
        await CreateAsync("a");
        await LeaseAsync();
        await Store.RecordStageAsync("a", "transcode", "completed", 1, "w", TimeSpan.FromSeconds(2), new JsonObject { ["width"] = "640" }, _now, default);
        await Store.RecordStageAsync("gone", "transcode", "completed", 1, "w", TimeSpan.Zero, [], _now, default);

        var history = await Store.HistoryAsync("a", default);
        Assert.Equal(["job.queued", "job.started", "transcode"], history.Select(static entry => entry.Operation));
        Assert.Equal(("completed", 1, "w", TimeSpan.FromSeconds(2), "640"), (history[2].Status, history[2].Attempt, history[2].WorkerId, history[2].Duration!.Value, history[2].Metadata["width"]!.GetValue<string>()));
        Assert.Empty(await Store.HistoryAsync("gone", default));
    }

    /// <summary>Whatever happens to jobs, their log alone says how they stand.</summary>
    [Fact]
    public async Task History_rebuilds_the_state_after_every_step_of_random_schedules()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var ids = new List<string>();
        var leases = new List<string>();
        for (var step = 0; step < 250; step++)
        {
            _now = _now.AddMilliseconds(random.Next(1, 9000));
            var id = ids.Count > 0 ? ids[random.Next(ids.Count)] : "none";
            var lease = leases.Count > 0 ? leases[random.Next(leases.Count)] : "none";
            switch (random.Next(11))
            {
                case 0:
                    ids.Add($"job{ids.Count}");
                    await CreateAsync(ids[^1]);
                    break;
                case 1 or 2 or 3 when await TakeAsync() is { } taken:
                    leases.Add(taken.LeaseId);
                    break;
                case 4:
                    await Store.CompleteAsync(lease, Result(), _now, default);
                    break;
                case 5:
                    await Store.FailAsync(lease, Fault, _now.AddSeconds(1), _now, default);
                    break;
                case 6:
                    await Store.FailAsync(lease, Fault, null, _now, default);
                    break;
                case 7:
                    await Store.ReleaseAsync(lease, _now, default);
                    break;
                case 8:
                    await Store.CancelLeaseAsync(lease, _now, default);
                    break;
                case 9:
                    await Store.RequestCancelAsync(id, _now, default);
                    break;
                default:
                    await Store.RetryAsync(id, random.Next(2) == 0 ? JobPreset.Gif : null, random.Next(2) == 0, 1000, _now, default);
                    break;
            }

            foreach (var each in ids.Skip(Math.Max(0, ids.Count - 8)))
                await AssertRebuiltAsync(each, $"seed {seed}, step {step}");
        }
    }

    [Fact]
    public void Replay_of_a_log_without_its_beginning_is_null() => Assert.Null(JobHistory.Replay([]));

    [Fact]
    public void Names_of_states_are_frozen() =>
        // They are in databases and clients. A new one is added at the end; an old one is never renamed.
        Assert.Equal("queued running completed failed cancelled", string.Join(' ', Enum.GetValues<JobStatus>().Select(static status => status.Name())));

    private static StoredResult Result() => new(
        [new StoredOutput("result", "media/a/output/x/video.mp4", 7, "video/mp4"), new StoredOutput("thumbnail", "media/a/output/x/thumbnail.jpg", 3, "image/jpeg")],
        7, 2, 640, 360, 1.5, 1.4);

    private protected Job Job(string id) => new()
    {
        Id = id,
        UserId = "u",
        FileName = id + ".mp4",
        ContentType = "video/mp4",
        Preset = JobPreset.Mp4720p,
        Options = TranscodeJobOptions.Default,
        InputBytes = 10,
        InputPath = $"media/{id}/input",
        OutputDirectory = $"media/{id}/output",
        CreatedAt = _now,
        UpdatedAt = _now,
    };

    private async Task CreateAsync(string id) => Assert.Equal(CreateJobStatus.Created, await Store.CreateAsync(Job(id), 1000, default));

    private async Task RetryAsync(string id) => Assert.Equal(RetryStatus.Queued, await Store.RetryAsync(id, null, false, 1000, _now, default));

    private Task<JobLease?> TakeAsync() => Store.LeaseAsync($"lease{++_leases}", "w", _now, _now + LeaseTime, default);

    private async Task<string> LeaseAsync() => (await TakeAsync())!.LeaseId;

    private async Task<string> IdsAsync(JobQuery query) => string.Concat((await Store.ListAsync(query, default)).Select(static job => job.Id));

    private async Task AssertRebuiltAsync(string id, string where)
    {
        var job = await Store.FindAsync(id, default);
        var rebuilt = JobHistory.Replay(await Store.HistoryAsync(id, default));
        Assert.True(JobState.Of(job!) == rebuilt, $"{where}: the row says {JobState.Of(job!)}, the history {rebuilt}");
    }
}
