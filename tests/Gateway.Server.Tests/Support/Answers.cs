using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gateway.Server.Tests.Support;

internal static class Answers
{
    /// <summary>The answer is a problem of this status and code, in the form that RFC 9457 gives it.</summary>
    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.Equal((int)status, body.GetProperty("status").GetInt32());
        Assert.NotEmpty(body.GetProperty("detail").GetString()!);
        Assert.NotEmpty(body.GetProperty("traceId").GetString()!);
        return body;
    }

    public static async Task<JsonElement> AssertJsonAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return await response.AssertJsonAsync(HttpStatusCode.OK);
    }

    public static Task<HttpResponseMessage> PostRawAsync(this HttpClient client, string path, string body, string? contentType = "application/json")
    {
        var content = new StringContent(body);
        content.Headers.ContentType = contentType is null ? null : new(contentType);
        return client.PostAsync(path, content);
    }
}
