using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gateway.Server.Jobs;
using Gateway.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Server.Tests.Jobs;

/// <summary>What an upload may take, and what becomes of one that nobody finishes.</summary>
public sealed partial class UploadTests
{
    [Fact]
    public async Task Limits_of_a_user_are_told_apart()
    {
        await using var node = await LoopbackNode.StartAsync(new Dictionary<string, string?>
        {
            ["Jobs:MaxUploadsPerUser"] = "2",
            ["Jobs:MaxUploadBytes"] = "1000",
            ["Jobs:MaxStoredBytesPerUser"] = "1500",
        });
        using var client = await node.SignUpAsync();
        await client.UploadAsync(Film[..1000]);
        using var quota = await client.AnnounceAsync(501);
        await quota.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quota-exceeded");
        await client.LocationAsync(1);
        await client.LocationAsync(1);
        using var many = await client.AnnounceAsync(1);
        await many.AssertProblemAsync(HttpStatusCode.TooManyRequests, "too-many-uploads");
        Assert.NotNull(many.Headers.RetryAfter);
    }

    [Fact]
    public async Task Full_queue_keeps_the_upload_for_later()
    {
        await using var node = await LoopbackNode.StartAsync(new Dictionary<string, string?> { ["Jobs:MaxQueuedJobs"] = "1" });
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(1000);
        var first = await client.UploadAsync(Film);
        using var announced = await client.AnnounceAsync(1);
        await announced.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "queue-full");
        using var full = await client.AppendAsync(location, 0, Film[..1000]);
        await full.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "queue-full");
        Assert.NotNull(full.Headers.RetryAfter);

        using var cancelled = await client.DeleteAsync("/jobs/" + first.Id());
        using var later = await client.AppendAsync(location, 1000, []);
        await later.AssertJsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Disk_without_room_is_said_before_anything_is_sent()
    {
        await using var node = await LoopbackNode.StartAsync(new Dictionary<string, string?> { ["Jobs:MinFreeDiskBytes"] = (1L << 60).ToString(CultureInfo.InvariantCulture) });
        using var client = await node.SignUpAsync();
        using var announced = await client.AnnounceAsync(10);
        await announced.AssertProblemAsync(HttpStatusCode.InsufficientStorage, "storage-full");
        using var whole = await client.SendWholeAsync(Film);
        await whole.AssertProblemAsync(HttpStatusCode.InsufficientStorage, "storage-full");
        AssertNothingLeft(node);
    }

    [Fact]
    public async Task Upload_whose_folder_cannot_be_made_takes_no_place()
    {
        await using var node = await LoopbackNode.StartAsync(new Dictionary<string, string?> { ["Jobs:MaxUploadsPerUser"] = "1" });
        using var client = await node.SignUpAsync();
        var media = Path.Combine(node.DataDirectory, "media");
        await File.WriteAllBytesAsync(media, []);
        using var failed = await client.AnnounceAsync(Film.Length);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);

        File.Delete(media);
        await client.LocationAsync(Film.Length);
    }

    [Fact]
    public void Disk_that_is_full_is_recognised()
    {
        if (!File.Exists("/dev/full"))
            return;

        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Assert.True(UploadReceiver.IsDiskFull(Assert.ThrowsAny<IOException>(() => full.Write([1]))));
        Assert.False(UploadReceiver.IsDiskFull(new FileNotFoundException()));
    }

    [Fact]
    public async Task Abandoned_upload_is_removed_one_that_is_written_to_is_not()
    {
        var time = new ManualTime();
        await using var node = await LoopbackNode.StartAsync(time: time);
        using var client = await node.SignUpAsync();
        var abandoned = await client.LocationAsync(Film.Length);
        var alive = await client.LocationAsync(Film.Length);
        using var held = new HeldContent(Film, 1000);
        var writing = client.AppendAsync(alive, 0, held);
        while (await client.OffsetAsync(alive) < 1000)
        {
            // Each turn is a round trip to the server.
        }

        time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        await node.Get<MediaSweeper>().SweepAsync(default);
        held.Release();
        using var done = await writing;
        await done.AssertJsonAsync(HttpStatusCode.Created);
        using var later = node.SignInAs("u");
        Assert.Null(await node.Get<IUploadStore>().FindAsync(abandoned.Split('/')[^1], default));
        Assert.Single(Directory.GetDirectories(Path.Combine(node.DataDirectory, "media")));
    }

    [Fact]
    public async Task Room_of_a_job_belongs_to_its_uploader_from_the_first_moment()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = node.SignInAs("u1");
        var owners = Assert.Single(node.Services.GetServices<Gateway.Server.Rooms.IRoomOwners>());
        Assert.Equal("job", owners.Kind);
        var location = await client.LocationAsync(Film.Length);
        var id = location.Split('/')[^1];
        Assert.Equal("u1", await owners.GetOwnerAsync(id, default));
        using var all = await client.AppendAsync(location, 0, Film);
        Assert.Equal("u1", await owners.GetOwnerAsync(id, default));
        Assert.Null(await owners.GetOwnerAsync("nobody", default));
    }
}
