using Gateway.Server.Jobs;
using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Tests.Jobs;

/// <summary>What every <see cref="IUploadStore"/> promises.</summary>
public abstract class UploadStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly UploadLimits Limits = new(MaxUploadsPerUser: 3, MaxStoredBytesPerUser: 100, ReservedBytes: 60);

    private protected abstract IUploadStore Store { get; }

    private protected abstract IJobStore Jobs { get; }

    private protected abstract IGarbageStore Garbage { get; }

    [Fact]
    public async Task Find_returns_what_was_created()
    {
        Assert.Equal(CreateUploadStatus.Created, await CreateAsync("a", 10));
        Assert.Equal(Upload("a", 10), await Store.FindAsync("a", default));
        Assert.Null(await Store.FindAsync("b", default));
    }

    [Fact]
    public async Task Create_beyond_the_users_count_is_refused()
    {
        foreach (var id in (string[])["a", "b", "c"])
            Assert.Equal(CreateUploadStatus.Created, await CreateAsync(id, 1));
        Assert.Equal(CreateUploadStatus.TooManyUploads, await CreateAsync("d", 1));
        Assert.Equal(CreateUploadStatus.Created, await Store.CreateAsync(Upload("e", 1) with { UserId = "other" }, Limits, default));
        await Store.DeleteAsync("a", default);
        Assert.Equal(CreateUploadStatus.Created, await CreateAsync("d", 1));
    }

    [Fact]
    public async Task Create_beyond_the_users_bytes_is_refused_jobs_and_unknown_sizes_included()
    {
        Assert.Equal(CreateUploadStatus.QuotaExceeded, await CreateAsync("a", 101));
        Assert.Equal(CreateUploadStatus.Created, await CreateAsync("a", null));
        Assert.Equal(CreateUploadStatus.QuotaExceeded, await CreateAsync("b", 41));
        Assert.Equal(CreateUploadStatus.Created, await CreateAsync("b", 40));
        await Jobs.CreateAsync(
            new Job
            {
                Id = "b",
                UserId = "u",
                FileName = "b.mp4",
                ContentType = "",
                Preset = JobPreset.Gif,
                Options = TranscodeJobOptions.Default,
                InputBytes = 40,
                InputPath = "i",
                OutputDirectory = "o",
                CreatedAt = Now,
            },
            10,
            default);

        Assert.Null(await Store.FindAsync("b", default));
        Assert.Equal(CreateUploadStatus.QuotaExceeded, await CreateAsync("c", 1));
    }

    [Fact]
    public async Task Create_by_many_at_once_never_passes_the_limit()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Task.Run(() => CreateAsync("n" + number, 1))));
        Assert.Equal(3, outcomes.Count(static outcome => outcome is CreateUploadStatus.Created));
    }

    [Fact]
    public async Task ListStale_gives_those_without_a_sign_of_life()
    {
        await CreateAsync("a", 1);
        await CreateAsync("b", 1);
        await Store.TouchAsync("b", Now.AddHours(1), default);
        Assert.Empty(await Store.ListStaleAsync(Now, 10, default));
        Assert.Equal(["a"], await Store.ListStaleAsync(Now.AddMinutes(1), 10, default));
        Assert.Equal(["a", "b"], await Store.ListStaleAsync(Now.AddHours(2), 10, default));
        Assert.Equal(["a"], await Store.ListStaleAsync(Now.AddHours(2), 1, default));
    }

    [Fact]
    public async Task Delete_notes_the_files()
    {
        await CreateAsync("a", 1);
        Assert.True(await Store.DeleteAsync("a", default));
        Assert.False(await Store.DeleteAsync("a", default));
        Assert.Equal(["a"], await Garbage.ListAsync(10, default));
    }

    private static Upload Upload(string id, long? size) =>
        new(id, "u", id + ".mp4", "video/mp4", JobPreset.Webm, new TranscodeJobOptions { Thumbnail = false }, size, Now, Now);

    private Task<CreateUploadStatus> CreateAsync(string id, long? size) => Store.CreateAsync(Upload(id, size), Limits, default);
}
