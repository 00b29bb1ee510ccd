using System.Collections.Concurrent;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Transcoding.Tests.Queues;

/// <summary>
/// What every <see cref="ITranscodeQueue"/> promises. Another test project runs it over its own implementation by linking this file and
/// Support/ManualTime.cs and deriving from it.
/// </summary>
public abstract class TranscodeQueueContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly JobError Error = new(JobErrorCodes.Stalled, "It stood still.", Retryable: true);

    protected ManualTime Time { get; } = new();

    /// <summary>The implementation under test, empty, on <see cref="Time"/>; the same one for the whole test.</summary>
    protected abstract ITranscodeQueue Queue { get; }

    /// <summary>Puts a job in, as the implementation's own door does. False when it refuses (the id is taken).</summary>
    protected abstract ValueTask<bool> SubmitAsync(TranscodeJob job);

    /// <summary>A user's wish to cancel.</summary>
    protected abstract ValueTask<CancelRequest> RequestCancelAsync(string jobId);

    [Fact]
    public async Task Lease_of_an_empty_queue_returns_null()
    {
        Assert.Null(await LeaseAsync("w1"));
        Assert.Equal(0, Queue.Depth);
    }

    [Fact]
    public async Task Lease_carries_what_was_submitted()
    {
        var job = Job("a") with
        {
            OriginalFileName = "it's \"mine\"\n-y.mp4",
            Preset = JobPreset.Webm,
            Options = new TranscodeJobOptions { Preview = false, StartAt = TimeSpan.FromSeconds(1.5), Length = TimeSpan.FromSeconds(2) },
        };
        Assert.True(await SubmitAsync(job));

        var lease = await LeaseAsync("w1");

        Assert.NotNull(lease);
        Assert.Equal(job, lease.Job);
        Assert.Equal(1, lease.Job.Attempt);
        Assert.Equal("w1", lease.WorkerId);
        Assert.Equal(Time.GetUtcNow() + Lease, lease.ExpiresAt);
        Assert.False(lease.CancelRequested);
        Assert.Matches("^[A-Za-z0-9-]{1,100}$", lease.LeaseId);
    }

    [Fact]
    public async Task Jobs_are_leased_in_the_order_they_were_submitted()
    {
        await SubmitAllAsync("c", "a", "b");

        Assert.Equal(("c", "a", "b"), (await LeaseIdAsync(), await LeaseIdAsync(), await LeaseIdAsync()));
        Assert.Null(await LeaseAsync("w1"));
    }

    [Fact]
    public async Task Submit_of_an_id_that_is_there_is_refused()
    {
        await SubmitAllAsync("a");
        Assert.False(await SubmitAsync(Job("a")));
        await LeaseAsync("w1");
        Assert.False(await SubmitAsync(Job("a")));
    }

    [Fact]
    public async Task Lease_that_expired_goes_to_another_worker_and_the_first_can_settle_nothing()
    {
        await SubmitAllAsync("a");
        var dead = (await LeaseAsync("w1"))!;
        Time.Advance(Lease);

        var second = await LeaseAsync("w2");

        Assert.NotNull(second);
        Assert.Equal("w2", second.WorkerId);
        Assert.Equal(2, second.Job.Attempt);
        Assert.NotEqual(dead.LeaseId, second.LeaseId);
        await AssertLostAsync(dead);
        Assert.Equal(LeaseState.Held, await Queue.RenewAsync(second, Lease, default));
    }

    [Fact]
    public async Task Lease_that_expired_is_lost_even_when_nobody_took_the_job()
    {
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;
        Time.Advance(Lease);

        await AssertLostAsync(lease);
        Assert.Equal(2, (await LeaseAsync("w2"))!.Job.Attempt);
    }

    [Fact]
    public async Task Lease_that_expired_puts_its_job_back_in_its_old_place()
    {
        await SubmitAllAsync("a", "b");
        await LeaseAsync("w1");
        Time.Advance(Lease);

        Assert.Equal("a", await LeaseIdAsync());
    }

    [Fact]
    public async Task Renew_counts_from_now()
    {
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;
        for (var beat = 0; beat < 5; beat++)
        {
            Time.Advance(Lease - TimeSpan.FromSeconds(1));
            Assert.Equal(LeaseState.Held, await Queue.RenewAsync(lease, Lease, default));
            Assert.Null(await LeaseAsync("w2"));
        }

        Time.Advance(Lease);
        Assert.NotNull(await LeaseAsync("w2"));
    }

    [Fact]
    public async Task Complete_ends_the_job_once()
    {
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;

        Assert.Equal(LeaseState.Held, await Queue.CompleteAsync(lease, Result(lease.Job), default));

        await AssertLostAsync(lease);
        await AssertGoneAsync("a");
    }

    [Fact]
    public async Task Fail_without_retry_ends_the_job_once()
    {
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;

        Assert.Equal(LeaseState.Held, await Queue.FailAsync(lease, Error, retryAfter: null, default));

        await AssertLostAsync(lease);
        await AssertGoneAsync("a");
    }

    [Fact]
    public async Task Fail_with_retry_is_due_after_the_wait_and_counts()
    {
        await SubmitAllAsync("a", "b");
        var lease = (await LeaseAsync("w1"))!;

        Assert.Equal(LeaseState.Held, await Queue.FailAsync(lease, Error, TimeSpan.FromSeconds(10), default));

        Assert.Equal(2, Queue.Depth);
        await AssertLostAsync(lease);
        Assert.Equal("b", await LeaseIdAsync());
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(await LeaseAsync("w1"));
        Time.Advance(TimeSpan.FromSeconds(1));
        var again = await LeaseAsync("w2");
        Assert.Equal(("a", 2), (again!.Job.Id, again.Job.Attempt));
    }

    [Fact]
    public async Task Release_puts_the_job_back_in_its_place_and_does_not_count()
    {
        await SubmitAllAsync("a", "b");
        var lease = (await LeaseAsync("w1"))!;

        Assert.Equal(LeaseState.Held, await Queue.ReleaseAsync(lease, default));

        await AssertLostAsync(lease);
        var again = await LeaseAsync("w2");
        Assert.Equal(("a", 1), (again!.Job.Id, again.Job.Attempt));
    }

    [Fact]
    public async Task Cancel_of_a_waiting_job_removes_it()
    {
        await SubmitAllAsync("a", "b");

        Assert.Equal(CancelRequest.Removed, await RequestCancelAsync("a"));

        Assert.Equal(1, Queue.Depth);
        Assert.Equal("b", await LeaseIdAsync());
        Assert.Equal(CancelRequest.NotFound, await RequestCancelAsync("a"));
    }

    [Fact]
    public async Task Cancel_of_an_unknown_or_ended_job_is_not_found()
    {
        Assert.Equal(CancelRequest.NotFound, await RequestCancelAsync("never"));
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;
        await Queue.CompleteAsync(lease, Result(lease.Job), default);
        Assert.Equal(CancelRequest.NotFound, await RequestCancelAsync("a"));
    }

    [Fact]
    public async Task Cancel_of_a_leased_job_is_told_at_the_heartbeat_and_leaves_only_cancel()
    {
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;

        Assert.Equal(CancelRequest.Signalled, await RequestCancelAsync("a"));

        Time.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Equal(LeaseState.CancelRequested, await Queue.RenewAsync(lease, Lease, default));
        Time.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Equal(LeaseState.CancelRequested, await Queue.CompleteAsync(lease, Result(lease.Job), default));
        Assert.Equal(LeaseState.CancelRequested, await Queue.FailAsync(lease, Error, TimeSpan.Zero, default));
        Assert.Equal(LeaseState.CancelRequested, await Queue.ReleaseAsync(lease, default));
        Assert.Equal(LeaseState.Held, await Queue.CancelAsync(lease, default));
        await AssertLostAsync(lease);
        await AssertGoneAsync("a");
    }

    [Fact]
    public async Task Cancel_by_the_worker_needs_no_request()
    {
        await SubmitAllAsync("a");
        var lease = (await LeaseAsync("w1"))!;

        Assert.Equal(LeaseState.Held, await Queue.CancelAsync(lease, default));

        await AssertGoneAsync("a");
    }

    [Fact]
    public async Task Cancel_request_outlives_the_worker()
    {
        await SubmitAllAsync("a");
        await LeaseAsync("w1");
        await RequestCancelAsync("a");
        Time.Advance(Lease);

        var second = await LeaseAsync("w2");

        Assert.True(second!.CancelRequested);
        Assert.Equal(LeaseState.Held, await Queue.CancelAsync(second, default));
        await AssertGoneAsync("a");
    }

    [Fact]
    public async Task Depth_counts_what_waits()
    {
        await SubmitAllAsync("a", "b", "c");
        Assert.Equal(3, Queue.Depth);
        var lease = (await LeaseAsync("w1"))!;
        Assert.Equal(2, Queue.Depth);
        await Queue.ReleaseAsync(lease, default);
        Assert.Equal(3, Queue.Depth);
    }

    [Fact]
    public async Task WaitForWork_returns_at_once_when_there_is_work()
    {
        await SubmitAllAsync("a");
        await Queue.WaitForWorkAsync(TimeSpan.FromDays(1), default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task WaitForWork_returns_for_a_job_that_is_submitted_meanwhile()
    {
        var wait = Queue.WaitForWorkAsync(TimeSpan.FromDays(1), default).AsTask();
        Assert.False(wait.IsCompleted);
        await SubmitAllAsync("a");
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("a", await LeaseIdAsync());
    }

    [Fact]
    public async Task WaitForWork_returns_after_its_time()
    {
        var wait = Queue.WaitForWorkAsync(TimeSpan.FromSeconds(5), default).AsTask();
        Assert.False(wait.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(5));
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task WaitForWork_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var wait = Queue.WaitForWorkAsync(TimeSpan.FromDays(1), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Lease_by_many_workers_gives_each_job_to_one()
    {
        const int Jobs = 60;
        for (var number = 0; number < Jobs; number++)
            await SubmitAsync(Job($"job{number}"));

        var taken = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            while (await LeaseAsync($"w{worker}") is { } lease)
                taken.Add(lease.Job.Id);
        })));

        Assert.Equal(Jobs, taken.Count);
        Assert.Equal(Jobs, taken.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Random schedules against a model of a few lines: who holds what, when it is due, how often it was begun.</summary>
    [Fact]
    public async Task Random_schedules_agree_with_the_model()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new List<Expected>();
        var leases = new List<LeasedJob>();
        var submitted = 0;

        for (var step = 0; step < 400; step++)
        {
            var lease = leases.Count > 0 ? leases[random.Next(leases.Count)] : null;
            switch (random.Next(10))
            {
                case 0 or 1:
                    var job = Job($"job{submitted++}");
                    Assert.True(await SubmitAsync(job), $"seed {seed}");
                    model.Add(new Expected { Id = job.Id, DueAt = Time.GetUtcNow() });
                    break;
                case 2 or 3 or 4:
                    leases.AddRange(await LeaseAndCompareAsync(model, seed));
                    break;
                case 5:
                    Time.Advance(TimeSpan.FromSeconds(random.Next(1, 20)));
                    break;
                case 6 when model.Count > 0:
                    var wanted = model[random.Next(model.Count)];
                    var isLeased = wanted.LeaseId is not null;
                    Assert.True((isLeased ? CancelRequest.Signalled : CancelRequest.Removed) == await RequestCancelAsync(wanted.Id), $"seed {seed}");
                    wanted.CancelRequested = true;
                    if (!isLeased)
                        model.Remove(wanted);
                    break;
                case > 6 when lease is not null:
                    await SettleAndCompareAsync(random.Next(5), lease, model, seed);
                    break;
            }
        }
    }

    private static TranscodeJob Job(string id) => new()
    {
        Id = id,
        InputPath = "/nowhere/" + id,
        OutputDirectory = "/nowhere/out-" + id,
        OriginalFileName = id + ".mp4",
        Preset = JobPreset.Mp4720p,
    };

    private static JobResult Result(TranscodeJob job)
    {
        var media = new MediaInfo { Format = "mov", SizeBytes = 10, StreamCount = 1, Duration = TimeSpan.FromSeconds(2) };
        return new JobResult
        {
            Outputs = [new JobOutput(OutputKind.Main, job.OutputDirectory + "/video.mp4", 5, "video/mp4")],
            Input = media,
            Output = media with { SizeBytes = 5 },
            Analytics = new JobAnalytics
            {
                InputBytes = 10,
                OutputBytes = 5,
                MediaDuration = TimeSpan.FromSeconds(2),
                ProcessingTime = TimeSpan.FromSeconds(1),
                OutputBitsPerSecond = 20,
            },
        };
    }

    private ValueTask<LeasedJob?> LeaseAsync(string worker) => Queue.LeaseAsync(worker, Lease, default);

    private async Task<string?> LeaseIdAsync() => (await LeaseAsync("w1"))?.Job.Id;

    private async Task SubmitAllAsync(params string[] ids)
    {
        foreach (var id in ids)
            Assert.True(await SubmitAsync(Job(id)));
    }

    private async Task AssertLostAsync(LeasedJob lease)
    {
        Assert.Equal(LeaseState.Lost, await Queue.RenewAsync(lease, Lease, default));
        Assert.Equal(LeaseState.Lost, await Queue.CompleteAsync(lease, Result(lease.Job), default));
        Assert.Equal(LeaseState.Lost, await Queue.FailAsync(lease, Error, TimeSpan.Zero, default));
        Assert.Equal(LeaseState.Lost, await Queue.ReleaseAsync(lease, default));
        Assert.Equal(LeaseState.Lost, await Queue.CancelAsync(lease, default));
    }

    private async Task AssertGoneAsync(string jobId)
    {
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await LeaseAsync("w9"));
        Assert.Equal(0, Queue.Depth);
        Assert.Equal(CancelRequest.NotFound, await RequestCancelAsync(jobId));
    }

    private async Task<IEnumerable<LeasedJob>> LeaseAndCompareAsync(List<Expected> model, int seed)
    {
        var now = Time.GetUtcNow();
        var expected = model.Find(job => job.LeaseId is null ? job.DueAt <= now : job.ExpiresAt <= now);
        var lease = await LeaseAsync("w1");
        Assert.True(expected?.Id == lease?.Job.Id, $"seed {seed}: expected {expected?.Id ?? "nothing"}, got {lease?.Job.Id ?? "nothing"}");
        if (expected is null)
            return [];

        expected.Begun++;
        expected.LeaseId = lease!.LeaseId;
        expected.ExpiresAt = now + Lease;
        Assert.True(expected.Begun == lease.Job.Attempt && expected.CancelRequested == lease.CancelRequested, $"seed {seed}");
        return [lease];
    }

    private async Task SettleAndCompareAsync(int operation, LeasedJob lease, List<Expected> model, int seed)
    {
        var now = Time.GetUtcNow();
        var job = model.Find(candidate => candidate.LeaseId == lease.LeaseId && candidate.ExpiresAt > now);
        var expected = job is null ? LeaseState.Lost : job.CancelRequested && operation != 4 ? LeaseState.CancelRequested : LeaseState.Held;
        var actual = operation switch
        {
            0 => await Queue.RenewAsync(lease, Lease, default),
            1 => await Queue.CompleteAsync(lease, Result(lease.Job), default),
            2 => await Queue.FailAsync(lease, Error, TimeSpan.FromSeconds(15), default),
            3 => await Queue.ReleaseAsync(lease, default),
            _ => await Queue.CancelAsync(lease, default),
        };
        Assert.True(expected == actual, $"seed {seed}: operation {operation} was {actual}, expected {expected}");
        if (job is null)
            return;

        if (operation == 0)
        {
            job.ExpiresAt = now + Lease;
        }
        else if (expected == LeaseState.Held && operation is 1 or 4)
        {
            model.Remove(job);
        }
        else if (expected == LeaseState.Held)
        {
            job.LeaseId = null;
            job.DueAt = operation == 2 ? now + TimeSpan.FromSeconds(15) : now;
            job.Begun -= operation == 3 ? 1 : 0;
        }
    }

    private sealed class Expected
    {
        public required string Id { get; init; }

        public DateTimeOffset DueAt { get; set; }

        public int Begun { get; set; }

        public string? LeaseId { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }

        public bool CancelRequested { get; set; }
    }
}
