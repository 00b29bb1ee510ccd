using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>
/// Addresses that work without a header, for <c>&lt;video src&gt;</c>: good for one file of one job until a moment, signed with a key of their own.
/// </summary>
internal sealed class DownloadLinks(SigningKeys keys, IOptions<JobsOptions> options, TimeProvider time)
{
    private readonly byte[] _key = keys.Derive("gateway download links v1");

    public string Create(string jobId, string output, DateTimeOffset now)
    {
        var expires = (now + options.Value.DownloadLinkLifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"/jobs/{jobId}/download?output={output}&exp={expires}&sig={Sign(jobId, output, expires)}");
    }

    /// <summary>Null when the link is good.</summary>
    public Problem? Check(string jobId, string output, string? expires, string? signature)
    {
        var isRight = options.Value.DownloadLinks
            && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(jobId, output, seconds)), Encoding.UTF8.GetBytes(signature ?? ""));
        if (!isRight)
            return new(403, ProblemCodes.LinkInvalid, "This download link is not valid.");

        return long.Parse(expires!, CultureInfo.InvariantCulture) <= time.GetUtcNow().ToUnixTimeSeconds()
            ? new(403, ProblemCodes.LinkExpired, "This download link has expired; the job's JSON has a fresh one.")
            : null;
    }

    /// <summary>The parts cannot run into each other: an id and an output have no line feed.</summary>
    private string Sign(string jobId, string output, long expires) => Base64Url.EncodeToString(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{jobId}\n{output}\n{expires}"))));
}
