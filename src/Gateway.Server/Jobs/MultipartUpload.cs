using Gateway.Server.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Gateway.Server.Jobs;

/// <summary>
/// A form with a file (RFC 7578), as browsers and <c>curl -F</c> send it: fields <c>preset</c>, <c>thumbnail</c>, <c>preview</c> first, then the
/// part with a file name. Parts after the file are not read.
/// </summary>
internal static class MultipartUpload
{
    private const int MaxBoundaryLength = 70; // RFC 2046, 5.1.1
    private const int MaxFields = 8;
    private const int MaxFieldBytes = 256;

    /// <exception cref="ProblemException">The body is no such form.</exception>
    public static async Task<(UploadRequest Request, Stream Body)> ReadAsync(HttpRequest http, MediaTypeHeaderValue contentType, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(contentType.Boundary).Value;
        if (boundary is not { Length: > 0 and <= MaxBoundaryLength })
            throw Malformed("The form has no boundary.");

        var request = new UploadRequest(null, null, http.Query["preset"], null, null, null);
        var reader = new MultipartReader(boundary, http.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
        try
        {
            for (var count = 0; count <= MaxFields; count++)
            {
                if (await reader.ReadNextSectionAsync(cancellationToken) is not { } section)
                    break;
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    throw Malformed("A part of the form has no Content-Disposition.");

                if (disposition.IsFileDisposition())
                {
                    var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
                    return (request with { Filename = name, ContentType = section.ContentType }, section.Body);
                }

                request = Apply(request, HeaderUtilities.RemoveQuotes(disposition.Name).Value, await ReadFieldAsync(section, cancellationToken));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException || (exception is IOException and not BadHttpRequestException && !cancellationToken.IsCancellationRequested))
        {
            throw Malformed("The form is malformed.");
        }

        throw Malformed("The form has no file.");
    }

    private static UploadRequest Apply(UploadRequest request, string? name, string value) => name switch
    {
        "preset" => request with { Preset = value },
        "thumbnail" => request with { Thumbnail = Flag(name, value) },
        "preview" => request with { Preview = Flag(name, value) },
        _ => throw Malformed("The form has a field that is unknown here (known: preset, thumbnail, preview, and the file last)."),
    };

    private static bool Flag(string name, string value) =>
        bool.TryParse(value, out var flag) ? flag : throw Malformed($"The field {name} must be true or false.");

    private static async Task<string> ReadFieldAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var count = await section.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return count <= MaxFieldBytes ? System.Text.Encoding.UTF8.GetString(buffer, 0, count) : throw Malformed("A field of the form is too long.");
    }

    private static ProblemException Malformed(string sentence) =>
        new(new Problem(400, ProblemCodes.InvalidRequest, sentence) { ClosesConnection = true });
}
