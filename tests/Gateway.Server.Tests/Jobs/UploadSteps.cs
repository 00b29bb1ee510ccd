using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Server.Tests.Support;

namespace Gateway.Server.Tests.Jobs;

/// <summary>The requests of an upload, as a client makes them.</summary>
internal static class UploadSteps
{
    public static Task<HttpResponseMessage> AnnounceAsync(this HttpClient client, long size, string filename = "film.mp4", string? preset = null) =>
        client.PostAsJsonAsync("/upload", new { filename, size, preset });

    public static async Task<string> LocationAsync(this HttpClient client, long size)
    {
        using var response = await client.AnnounceAsync(size);
        await response.AssertJsonAsync(HttpStatusCode.Created);
        return response.Headers.Location!.OriginalString;
    }

    public static Task<HttpResponseMessage> AppendAsync(this HttpClient client, string location, long offset, byte[] bytes) =>
        client.AppendAsync(location, offset, new ByteArrayContent(bytes));

    public static Task<HttpResponseMessage> AppendAsync(this HttpClient client, string location, long offset, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        var request = new HttpRequestMessage(HttpMethod.Patch, location) { Content = content };
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        return client.SendAsync(request);
    }

    public static async Task<long> OffsetAsync(this HttpClient client, string location)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, location);
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        return Offset(response);
    }

    public static long Offset(HttpResponseMessage response) => long.Parse(response.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);

    public static Task<HttpResponseMessage> SendWholeAsync(this HttpClient client, byte[] bytes, string filename = "film.mp4", string? preset = null)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
        return client.PostAsync($"/upload?filename={Uri.EscapeDataString(filename)}{(preset is null ? "" : "&preset=" + preset)}", content);
    }

    public static async Task<JsonElement> UploadAsync(this HttpClient client, byte[] bytes, string filename = "film.mp4", string? preset = null)
    {
        using var response = await client.SendWholeAsync(bytes, filename, preset);
        return await response.AssertJsonAsync(HttpStatusCode.Created);
    }

    public static string Id(this JsonElement job) => job.GetProperty("id").GetString()!;

    public static string Status(this JsonElement job) => job.GetProperty("status").GetString()!;
}
