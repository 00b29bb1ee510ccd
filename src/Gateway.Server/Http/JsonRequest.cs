using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Http;

/// <summary>Reads a small JSON body strictly: content type, size, syntax and unknown fields each have their own answer.</summary>
internal static class JsonRequest
{
    /// <summary>No request of ours carries more than some names and a token (at most 8 KiB).</summary>
    private const int MaxBodyBytes = 32 * 1024;

    /// <exception cref="ProblemException">The body is not what it should be.</exception>
    public static async Task<T> ReadJsonAsync<T>(this HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType())
            throw new ProblemException(new(415, ProblemCodes.UnsupportedMediaType, "Send the body as application/json."));

        if (request.ContentLength > MaxBodyBytes)
            throw new ProblemException(TooLarge());

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;

        try
        {
            // Read first, parse then: a stream that ends in the middle of a character is a syntax error like any other.
            using var body = new MemoryStream();
            var buffer = new byte[4096];
            int count;
            while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (body.Length + count > MaxBodyBytes)
                    throw new ProblemException(TooLarge());

                body.Write(buffer, 0, count);
            }

            return JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type)
                ?? throw new ProblemException(new(400, ProblemCodes.InvalidJson, "The body must be a JSON object."));
        }
        catch (JsonException exception)
        {
            throw new ProblemException(new(400, ProblemCodes.InvalidJson, Describe(exception)));
        }
    }

    private static Problem TooLarge() =>
        new(413, ProblemCodes.TooLarge, $"The body may have at most {MaxBodyBytes} bytes.") { ClosesConnection = true };

    /// <summary>Says where, never what: the body may hold a password.</summary>
    private static string Describe(JsonException exception) =>
        exception.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? "The body has a field that is unknown here."
            : exception is { LineNumber: { } line, BytePositionInLine: { } position }
                ? $"The body is not the JSON that is expected here (line {line + 1}, byte {position + 1})."
                : "The body is not the JSON that is expected here.";
}
