using System.Globalization;
using System.Net.Http.Headers;

namespace Gateway.Client.Http;

/// <summary>Uploads videos and takes the results. All methods need a signed-in user.</summary>
public sealed class JobsClient
{
    private const string OffsetHeader = "Upload-Offset";
    private const int CopyBytes = 128 * 1024;
    private static readonly TimeSpan FirstResumeDelay = TimeSpan.FromMilliseconds(250);

    private readonly GatewayHttp _gateway;

    internal JobsClient(GatewayHttp gateway) => _gateway = gateway;

    /// <summary>Announces an upload.</summary>
    /// <param name="fileName">The file's name, without a path.</param>
    /// <param name="size">Bytes of the whole file.</param>
    /// <param name="preset">What to make of it; null is the gateway's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayHttpException">For example <c>too-large</c>, <c>quota-exceeded</c>, <c>queue-full</c>.</exception>
    public async Task<UploadTicket> AnnounceAsync(string fileName, long size, string? preset = null, CancellationToken cancellationToken = default)
    {
        var announced = await _gateway.SendAsync<UploadTicket>(
            HttpMethod.Post, "/upload", new { filename = fileName, size, preset }, isSignedIn: true, cancellationToken).ConfigureAwait(false);
        return announced with { Size = size };
    }

    /// <summary>Sends an announced file. When the line breaks, it goes on from where the gateway is.</summary>
    /// <param name="ticket">From <see cref="AnnounceAsync"/>.</param>
    /// <param name="content">The whole file, seekable. It is not closed.</param>
    /// <param name="progress">Told after each part that was handed to the network.</param>
    /// <param name="cancellationToken">Stops; the upload may be continued later with the same ticket.</param>
    /// <returns>The new job.</returns>
    /// <exception cref="GatewayHttpException">Refused, or broken again and again without getting further.</exception>
    public async Task<JobInfo> UploadAsync(
        UploadTicket ticket, Stream content, IProgress<UploadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        ArgumentNullException.ThrowIfNull(content);
        if (!content.CanSeek)
            throw new ArgumentException("The content must be seekable: after a break it is read again from where the gateway is.", nameof(content));
        var offset = 0L;
        var fruitless = 0;
        while (true)
        {
            try
            {
                return await SendFromAsync(ticket, content, offset, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (GatewayHttpException exception) when (IsWorthResuming(exception) && fruitless < _gateway.Options.MaxFruitlessResumes)
            {
                var delay = exception.RetryAfter ?? FirstResumeDelay * Math.Pow(2, fruitless);
                await Task.Delay(delay, _gateway.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            if (await TryAskAsync(ticket, cancellationToken).ConfigureAwait(false) is not { } state)
            {
                fruitless++;
                continue;
            }

            if (state.IsJob)
                return await GetAsync(ticket.Id, cancellationToken).ConfigureAwait(false);
            fruitless = state.Offset > offset ? 0 : fruitless + 1;
            offset = state.Offset;
        }
    }

    /// <summary>Forgets an upload that was not finished.</summary>
    public Task AbortUploadAsync(string id, CancellationToken cancellationToken = default) =>
        _gateway.SendAsync<object>(HttpMethod.Delete, "/upload/" + Escape(id), body: null, isSignedIn: true, cancellationToken);

    /// <summary>Lists the user's jobs, newest first.</summary>
    /// <param name="cursor"><see cref="JobPage.Next"/> of the part before; null begins with the newest.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<JobPage> ListAsync(string? cursor = null, int limit = 50, CancellationToken cancellationToken = default) =>
        _gateway.SendAsync<JobPage>(
            HttpMethod.Get, $"/jobs?limit={limit.ToString(CultureInfo.InvariantCulture)}{(cursor is null ? "" : "&cursor=" + Escape(cursor))}", body: null, isSignedIn: true, cancellationToken);

    /// <summary>Looks at one job.</summary>
    public Task<JobInfo> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _gateway.SendAsync<JobInfo>(HttpMethod.Get, "/jobs/" + Escape(id), body: null, isSignedIn: true, cancellationToken);

    /// <summary>Tries a failed or cancelled job again.</summary>
    public Task<JobInfo> RetryAsync(string id, CancellationToken cancellationToken = default) =>
        _gateway.SendAsync<JobInfo>(HttpMethod.Post, $"/jobs/{Escape(id)}/retry", body: null, isSignedIn: true, cancellationToken);

    /// <summary>Cancels a job that waits or runs; deletes one that has ended, with its files.</summary>
    /// <returns>The job, or null when it was deleted.</returns>
    public async Task<JobInfo?> DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        await _gateway.SendAsync<JobInfo>(HttpMethod.Delete, "/jobs/" + Escape(id), body: null, isSignedIn: true, cancellationToken).ConfigureAwait(false);

    /// <summary>Copies what a job made into a stream.</summary>
    /// <param name="id">The job.</param>
    /// <param name="destination">Where to; it is not closed.</param>
    /// <param name="output">Which of the files.</param>
    /// <param name="progress">Told the number of bytes so far.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="GatewayHttpException">For example <c>job-not-finished</c>, <c>output-not-found</c>, or the line broke.</exception>
    public async Task<long> DownloadAsync(
        string id, Stream destination, JobOutput output = JobOutput.Result, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var name = output switch { JobOutput.Thumbnail => "thumbnail", JobOutput.Preview => "preview", _ => "result" };
        using var stall = new StallGuard(_gateway.Options, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{Escape(id)}/download?output={name}");
            using var response = await _gateway.SendAsync(request, isSignedIn: true, stall.Token).ConfigureAwait(false);
            var source = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            await using var _ = source.ConfigureAwait(false);
            var buffer = new byte[CopyBytes];
            var total = 0L;
            while (true)
            {
                var read = await source.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
                if (read == 0)
                    return total;
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                total += read;
                stall.Moved();
                progress?.Report(total);
            }
        }
        catch (OperationCanceledException exception) when (stall.HasStalled)
        {
            throw stall.ToException("download", exception);
        }
        catch (HttpIOException exception)
        {
            throw new GatewayHttpException($"The download broke: {exception.Message}", innerException: exception);
        }
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    /// <summary>A broken line, a busy gateway, or another idea of the offset than ours.</summary>
    private static bool IsWorthResuming(GatewayHttpException exception) => exception.IsRetryable || exception.Code is "offset-mismatch" or "upload-locked";

    private async Task<JobInfo> SendFromAsync(
        UploadTicket ticket, Stream content, long offset, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        content.Position = offset;
        using var stall = new StallGuard(_gateway.Options, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/upload/" + Escape(ticket.Id));
        request.Headers.Add(OffsetHeader, offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new UploadContent(content, offset, ticket.Size, sent =>
        {
            stall.Moved();
            progress?.Report(new UploadProgress(sent, ticket.Size));
        });
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        try
        {
            using var response = await _gateway.SendAsync(request, isSignedIn: true, stall.Token).ConfigureAwait(false);
            return await GatewayHttp.ReadAsync<JobInfo>(response, stall.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (stall.HasStalled)
        {
            throw stall.ToException("upload", exception);
        }
    }

    /// <summary>Where the gateway is; null when it cannot be asked right now.</summary>
    private async Task<(long Offset, bool IsJob)?> TryAskAsync(UploadTicket ticket, CancellationToken cancellationToken)
    {
        using var stall = new StallGuard(_gateway.Options, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, "/upload/" + Escape(ticket.Id));
            using var response = await _gateway.SendAsync(request, isSignedIn: true, stall.Token).ConfigureAwait(false);
            var text = response.Headers.TryGetValues(OffsetHeader, out var values) ? values.FirstOrDefault() : null;
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) || offset > ticket.Size)
                throw new GatewayHttpException($"The gateway did not say where the upload is ({OffsetHeader}: {text}).", (int)response.StatusCode);
            return (offset, response.Headers.Location is not null);
        }
        catch (GatewayHttpException exception) when (exception.IsRetryable)
        {
            return null;
        }
        catch (OperationCanceledException) when (stall.HasStalled)
        {
            return null;
        }
    }
}
