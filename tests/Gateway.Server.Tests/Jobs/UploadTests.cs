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

public sealed partial class UploadTests
{
    private static readonly byte[] Film = FakeMedia.Mp4(200_000);

    [Fact]
    public async Task Resumable_upload_in_pieces_becomes_a_job_of_the_same_id()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        using var announced = await client.AnnounceAsync(Film.Length, "dir/My \u202efilm.MP4", "webm");
        var body = await announced.AssertJsonAsync(HttpStatusCode.Created);
        var location = announced.Headers.Location!.OriginalString;
        Assert.Equal("/upload/" + body.Id(), location);
        Assert.Equal(0, await client.OffsetAsync(location));

        var offset = 0;
        foreach (var end in (int[])[1, 600, 100_000])
        {
            using var piece = await client.AppendAsync(location, offset, Film[offset..end]);
            Assert.Equal(HttpStatusCode.NoContent, piece.StatusCode);
            Assert.Equal(end, UploadSteps.Offset(piece));
            Assert.Equal(end, await client.OffsetAsync(location));
            offset = end;
        }

        using var last = await client.AppendAsync(location, offset, Film[offset..]);
        var job = await last.AssertJsonAsync(HttpStatusCode.Created);
        Assert.Equal("/jobs/" + job.Id(), last.Headers.Location!.OriginalString);
        Assert.Equal((body.Id(), "queued", "My film.MP4", "webm", Film.Length),
            (job.Id(), job.Status(), job.GetProperty("filename").GetString(), job.GetProperty("preset").GetString(), job.GetProperty("inputBytes").GetInt32()));
        Assert.Equal(Film, await File.ReadAllBytesAsync(Path.Combine(node.DataDirectory, "media", job.Id(), "input")));
    }

    [Fact]
    public async Task Client_that_did_not_hear_the_end_gets_the_job_again()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(Film.Length);
        using var all = await client.AppendAsync(location, 0, Film);
        var job = await all.AssertJsonAsync(HttpStatusCode.Created);

        Assert.Equal(Film.Length, await client.OffsetAsync(location));
        using var again = await client.AppendAsync(location, Film.Length, []);
        Assert.Equal(job.Id(), (await again.AssertJsonAsync(HttpStatusCode.Created)).Id());
        using var more = await client.AppendAsync(location, 0, Film);
        await more.AssertProblemAsync(HttpStatusCode.Conflict, "offset-mismatch");
        Assert.Equal(1, node.Get<IJobStore>().Counts.Queued);
    }

    [Fact]
    public async Task Whole_file_in_one_body_becomes_a_job()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var job = await client.UploadAsync(Film, preset: "gif");
        Assert.Equal(("film.mp4", "gif", "queued"), (job.GetProperty("filename").GetString(), job.GetProperty("preset").GetString(), job.Status()));

        using var content = new StreamContent(new MemoryStream(Film));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload?filename=a.mov") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await client.SendAsync(request);
        job = await chunked.AssertJsonAsync(HttpStatusCode.Created);
        Assert.Equal(("mp4-720p", Film.Length), (job.GetProperty("preset").GetString(), job.GetProperty("inputBytes").GetInt32()));
    }

    [Fact]
    public async Task Form_with_a_file_becomes_a_job()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("audio"), "preset" },
            { new StringContent("false"), "thumbnail" },
            { new ByteArrayContent(Film), "file", "my clip.webm" },
        };
        using var response = await client.PostAsync("/upload", form);
        var job = await response.AssertJsonAsync(HttpStatusCode.Created);
        Assert.Equal("audio", job.GetProperty("preset").GetString());
        Assert.Equal("my clip.webm", job.GetProperty("filename").GetString());
        Assert.Equal(Film, await File.ReadAllBytesAsync(Path.Combine(node.DataDirectory, "media", job.Id(), "input")));
        Assert.False((await node.Get<IJobStore>().FindAsync(job.Id(), default))!.Options.Thumbnail);
    }

    [Theory]
    [InlineData("multipart/form-data", "x", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("multipart/form-data; boundary=b", "nonsense", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"preset\"\r\n\r\ngif\r\n--b--\r\n", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.mp4\"\r\n\r\n\r\n--b--\r\n", HttpStatusCode.UnprocessableEntity, "empty-file")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.mp4\"\r\n\r\nhello", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.exe\"\r\n\r\nMZ\r\n--b--\r\n", HttpStatusCode.UnsupportedMediaType, "unsupported-file-type")]
    [InlineData("text/plain", "x", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\"}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":-1}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":0}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":1.5}", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("application/json", "{\"filename\":\"..\",\"size\":1}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":1,\"preset\":\"mp5\"}", HttpStatusCode.UnprocessableEntity, "validation-failed")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":1,\"path\":\"/etc\"}", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("application/json", "{\"filename\":\"a.html\",\"size\":1}", HttpStatusCode.UnsupportedMediaType, "unsupported-file-type")]
    [InlineData("application/json", "{\"filename\":\"mp4\",\"size\":1}", HttpStatusCode.UnsupportedMediaType, "unsupported-file-type")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":100000001}", HttpStatusCode.RequestEntityTooLarge, "too-large")]
    [InlineData("application/json", "{\"filename\":\"a.mp4\",\"size\":9223372036854775807}", HttpStatusCode.RequestEntityTooLarge, "too-large")]
    public async Task Post_that_is_no_upload_is_refused_and_leaves_nothing(string contentType, string body, HttpStatusCode status, string code)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await client.PostAsync("/upload", content);
        await response.AssertProblemAsync(status, code);
        AssertNothingLeft(node);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(511)]
    [InlineData(300_000)]
    public async Task Content_that_is_no_media_is_refused_and_leaves_nothing(int length)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var text = Encoding.ASCII.GetBytes(new string('x', length));
        using var whole = await client.SendWholeAsync(text);
        await whole.AssertProblemAsync(
            length == 0 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.UnsupportedMediaType, length == 0 ? "empty-file" : "unsupported-file-type");
        if (length > 0)
        {
            var location = await client.LocationAsync(length);
            using var piece = await client.AppendAsync(location, 0, text);
            await piece.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-file-type");
            using var gone = await client.AppendAsync(location, 0, text);
            await gone.AssertProblemAsync(HttpStatusCode.NotFound, "upload-not-found");
        }

        AssertNothingLeft(node);
    }

    [Fact]
    public async Task Append_at_another_offset_says_the_right_one()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(Film.Length);
        using var first = await client.AppendAsync(location, 0, Film[..1000]);
        foreach (var offset in (long[])[0, 999, 1001, long.MaxValue])
        {
            using var response = await client.AppendAsync(location, offset, Film[..10]);
            var problem = await response.AssertProblemAsync(HttpStatusCode.Conflict, "offset-mismatch");
            Assert.Equal(1000, problem.GetProperty("uploadOffset").GetInt64());
            Assert.Equal(1000, UploadSteps.Offset(response));
        }
    }

    [Theory]
    [InlineData("application/json", "0", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    [InlineData(null, "0", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    [InlineData("application/offset+octet-stream", null, HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("application/offset+octet-stream", "-1", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("application/offset+octet-stream", "one", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("application/offset+octet-stream", "99999999999999999999", HttpStatusCode.BadRequest, "invalid-request")]
    public async Task Append_without_type_or_offset_is_refused(string? contentType, string? offset, HttpStatusCode status, string code)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, await client.LocationAsync(Film.Length)) { Content = new ByteArrayContent(Film) };
        if (contentType is not null)
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (offset is not null)
            request.Headers.TryAddWithoutValidation("Upload-Offset", offset);
        using var response = await client.SendAsync(request);
        await response.AssertProblemAsync(status, code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_beyond_the_announced_size_is_refused_and_undone(bool isChunked)
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(2000);
        using var first = await client.AppendAsync(location, 0, Film[..1000]);
        using var request = new HttpRequestMessage(HttpMethod.Patch, location) { Content = new ByteArrayContent(Film[1000..]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        request.Headers.Add("Upload-Offset", "1000");
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await client.SendAsync(request);
        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Equal(1000, await client.OffsetAsync(location));
        using var rest = await client.AppendAsync(location, 1000, Film[1000..2000]);
        await rest.AssertJsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whole_file_beyond_the_limit_is_refused_early_and_while_it_streams(bool isChunked)
    {
        await using var node = await LoopbackNode.StartAsync(new Dictionary<string, string?> { ["Jobs:MaxUploadBytes"] = "100000" });
        using var client = await node.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload?filename=a.mp4") { Content = new ByteArrayContent(Film) };
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await client.SendAsync(request);
        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        AssertNothingLeft(node);
    }

    [Fact]
    public async Task Second_writer_of_an_upload_is_refused_while_the_first_writes()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(Film.Length);
        using var held = new HeldContent(Film, 1000);
        var first = client.AppendAsync(location, 0, held);
        while (await client.OffsetAsync(location) < 1000)
        {
            // Each turn is a round trip to the server.
        }

        using var second = await client.AppendAsync(location, 1000, Film[1000..]);
        await second.AssertProblemAsync(HttpStatusCode.Locked, "upload-locked");
        using var delete = await client.DeleteAsync(location);
        await delete.AssertProblemAsync(HttpStatusCode.Locked, "upload-locked");
        held.Release();
        using var done = await first;
        await done.AssertJsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Client_that_leaves_in_the_middle_goes_on_where_it_was()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(Film.Length);
        using (var socket = await ConnectAsync(node))
        {
            await SendHeadAsync(socket, client, $"PATCH {location}", $"Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: {Film.Length}\r\n");
            await socket.SendAsync(Film.AsMemory(0, 70_001));
            while (await client.OffsetAsync(location) < 70_001)
            {
                // Each turn is a round trip to the server.
            }

            socket.LingerState = new LingerOption(true, 0);
        }

        HttpResponseMessage rest;
        do
            rest = await client.AppendAsync(location, 70_001, Film[70_001..]);
        while (rest.StatusCode is HttpStatusCode.Locked);
        var job = await rest.AssertJsonAsync(HttpStatusCode.Created);
        rest.Dispose();
        Assert.Equal(Film, await File.ReadAllBytesAsync(Path.Combine(node.DataDirectory, "media", job.Id(), "input")));
    }

    [Fact]
    public async Task Client_that_leaves_in_the_middle_of_a_whole_file_leaves_nothing()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        using (var socket = await ConnectAsync(node))
        {
            await SendHeadAsync(socket, client, "POST /upload?filename=a.mp4", $"Content-Length: {Film.Length}\r\n");
            await socket.SendAsync(Film.AsMemory(0, 70_001));
            var media = Path.Combine(node.DataDirectory, "media");
            while (!Directory.Exists(media) || !Directory.EnumerateFiles(media, "input", SearchOption.AllDirectories).Any())
                await client.GetJsonAsync("/jobs");
            socket.LingerState = new LingerOption(true, 0);
        }

        while (MediaFiles(node).Any())
            await client.GetJsonAsync("/jobs");
        AssertNothingLeft(node);
    }

    [Fact]
    public async Task Upload_survives_a_restart_of_the_server()
    {
        using var scratch = new ScratchDirectory();
        string location;
        await using (var node = await LoopbackNode.StartAsync(dataDirectory: scratch.Path))
        {
            using var client = node.SignInAs("u1");
            location = await client.LocationAsync(Film.Length);
            using var first = await client.AppendAsync(location, 0, Film[..5000]);
        }

        await using var again = await LoopbackNode.StartAsync(dataDirectory: scratch.Path);
        using var same = again.SignInAs("u1");
        Assert.Equal(5000, await same.OffsetAsync(location));
        using var rest = await same.AppendAsync(location, 5000, Film[5000..]);
        await rest.AssertJsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Abort_removes_the_upload_and_its_file()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var client = await node.SignUpAsync();
        var location = await client.LocationAsync(Film.Length);
        using var first = await client.AppendAsync(location, 0, Film[..5000]);
        using var aborted = await client.DeleteAsync(location);
        Assert.Equal(HttpStatusCode.NoContent, aborted.StatusCode);
        AssertNothingLeft(node);
        using var again = await client.DeleteAsync(location);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "upload-not-found");
    }

    [Fact]
    public async Task Upload_of_another_is_none()
    {
        await using var node = await LoopbackNode.StartAsync();
        using var ann = await node.SignUpAsync("ann");
        using var bob = await node.SignUpAsync("bob");
        var location = await ann.LocationAsync(Film.Length);
        using var append = await bob.AppendAsync(location, 0, Film);
        await append.AssertProblemAsync(HttpStatusCode.NotFound, "upload-not-found");
        using var delete = await bob.DeleteAsync(location);
        await delete.AssertProblemAsync(HttpStatusCode.NotFound, "upload-not-found");
        using var head = await bob.SendAsync(new HttpRequestMessage(HttpMethod.Head, location));
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        using var nobody = await node.Client.AppendAsync(location, 0, Film);
        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "token-missing");
        Assert.Equal(0, await ann.OffsetAsync(location));
    }

    private static async Task<Socket> ConnectAsync(LoopbackNode node)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, node.Client.BaseAddress!.Port);
        return socket;
    }

    private static async Task SendHeadAsync(Socket socket, HttpClient client, string request, string headers) => await socket.SendAsync(Encoding.ASCII.GetBytes(
        $"{request} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {client.DefaultRequestHeaders.Authorization}\r\n{headers}\r\n"));

    private static IEnumerable<string> MediaFiles(LoopbackNode node)
    {
        var media = Path.Combine(node.DataDirectory, "media");
        return Directory.Exists(media) ? Directory.EnumerateFileSystemEntries(media) : [];
    }

    private static void AssertNothingLeft(LoopbackNode node)
    {
        Assert.Empty(MediaFiles(node));
        Assert.Equal(0, node.Get<IJobStore>().Counts.Queued);
    }
}
