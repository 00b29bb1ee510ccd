using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Gateway.Transcoding.Jobs;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>
/// The life of an upload: announced, appended to, finished (it becomes a job of the same id), aborted. The rules, without HTTP; what must not be is a
/// <see cref="ProblemException"/>.
/// </summary>
internal sealed partial class Uploads(
    IUploadStore uploads, IJobStore jobs, UploadReceiver receiver, UploadLocks locks, MediaFolders folders, MediaSweeper sweeper, JobsMetrics metrics,
    IOptions<JobsOptions> options, TimeProvider time, ILogger<Uploads> logger)
{
    private static readonly JobPreset DefaultPreset = JobPreset.Mp4720p;

    public async Task<Upload> CreateAsync(Identity identity, UploadRequest request, CancellationToken cancellationToken)
    {
        var upload = Check(identity, request);
        if (upload.SizeBytes > options.Value.MaxUploadBytes)
            throw new ProblemException(UploadReceiver.TooLarge(options.Value.MaxUploadBytes));
        if (receiver.CheckSpace(upload.SizeBytes ?? 0) is { } full)
            throw new ProblemException(full);
        if (jobs.Counts.Queued >= options.Value.MaxQueuedJobs)
            throw new ProblemException(QueueFull());

        var settings = options.Value;
        var limits = new UploadLimits(settings.MaxUploadsPerUser, settings.MaxStoredBytesPerUser, settings.MaxUploadBytes);
        switch (await uploads.CreateAsync(upload, limits, cancellationToken))
        {
            case CreateUploadStatus.TooManyUploads:
                throw new ProblemException(new(429, ProblemCodes.TooManyUploads, $"You have {settings.MaxUploadsPerUser} uploads under way; finish or delete one.")
                {
                    RetryAfter = TimeSpan.FromSeconds(30),
                    ClosesConnection = true,
                });
            case CreateUploadStatus.QuotaExceeded:
                throw new ProblemException(new(413, ProblemCodes.QuotaExceeded, "Your files together would take more room than you have; delete some jobs.")
                {
                    ClosesConnection = true,
                });
        }

        try
        {
            folders.Create(upload.Id);
        }
        catch
        {
            // Its user does not hear of an upload to delete: it would take one of the user's places until it expires.
            await RemoveAsync(upload.Id);
            throw;
        }

        return upload;
    }

    /// <summary>Null when there is none of this user.</summary>
    public async Task<Upload?> FindAsync(Identity identity, string id, CancellationToken cancellationToken) =>
        await uploads.FindAsync(id, cancellationToken) is { } upload && string.Equals(upload.UserId, identity.UserId, StringComparison.Ordinal) ? upload : null;

    public long Offset(Upload upload) => folders.Length(upload.Id);

    public DateTimeOffset ExpiresAt(Upload upload) => upload.TouchedAt + options.Value.UploadExpiry;

    /// <summary>Appends a body; when it was the last one, the job.</summary>
    public async Task<UploadProgress> AppendAsync(
        Identity identity, string id, long offset, long? contentLength, Stream body, CancellationToken cancellationToken)
    {
        using var held = locks.TryTake(id) ?? throw new ProblemException(
            new(423, ProblemCodes.UploadLocked, "Another request is writing to this upload.") { RetryAfter = TimeSpan.FromSeconds(1), ClosesConnection = true });

        // Found under the lock: the one who had it may have finished the upload.
        if (await FindAsync(identity, id, cancellationToken) is not { } upload)
            return await FindFinishedAsync(identity, id, offset, contentLength, cancellationToken);

        var here = Offset(upload);
        if (offset != here)
            throw new ProblemException(Mismatch(here));

        var size = upload.SizeBytes ?? options.Value.MaxUploadBytes;
        if (contentLength > size - offset)
            throw new ProblemException(UploadReceiver.TooLarge(size));

        return await ReceiveAsync(upload, offset, size, body, cancellationToken);
    }

    /// <summary>All of a file in one body. What fails leaves nothing: the client does not know an upload it could go on with.</summary>
    public async Task<Job> ReceiveWholeAsync(Identity identity, UploadRequest request, Stream body, CancellationToken cancellationToken)
    {
        var upload = await CreateAsync(identity, request, cancellationToken);
        using var held = locks.TryTake(upload.Id);
        var isFinished = false;
        try
        {
            var size = await receiver.ReceiveAsync(upload.Id, body, 0, upload.SizeBytes ?? options.Value.MaxUploadBytes, cancellationToken);
            var job = await FinishAsync(upload, size);
            isFinished = true;
            return job;
        }
        finally
        {
            if (!isFinished)
                await RemoveAsync(upload.Id);
        }
    }

    /// <summary>False when there is none of this user.</summary>
    public async Task<bool> AbortAsync(Identity identity, string id, CancellationToken cancellationToken)
    {
        using var held = locks.TryTake(id) ?? throw new ProblemException(
            new(423, ProblemCodes.UploadLocked, "A request is writing to this upload; end it first.") { RetryAfter = TimeSpan.FromSeconds(1) });
        if (await FindAsync(identity, id, cancellationToken) is null)
            return false;

        await RemoveAsync(id);
        return true;
    }

    private async Task<UploadProgress> ReceiveAsync(Upload upload, long offset, long size, Stream body, CancellationToken cancellationToken)
    {
        try
        {
            var here = await receiver.ReceiveAsync(upload.Id, body, offset, size, cancellationToken);
            return here == upload.SizeBytes
                ? new UploadProgress(here, await FinishAsync(upload, here))
                : new UploadProgress(here, null);
        }
        catch (ProblemException exception) when (exception.Problem.Code is ProblemCodes.UnsupportedFileType)
        {
            // It will not become one by going on.
            await RemoveAsync(upload.Id);
            throw;
        }
        finally
        {
            await uploads.TouchAsync(upload.Id, time.GetUtcNow(), CancellationToken.None);
        }
    }

    private async Task<Job> FinishAsync(Upload upload, long size)
    {
        if (size == 0)
            throw new ProblemException(new(422, ProblemCodes.EmptyFile, "The file is empty."));
        if (upload.SizeBytes is { } announced && announced != size)
            throw new ProblemException(new(400, ProblemCodes.InvalidRequest, $"The body ended after {size} of {announced} bytes."));

        await receiver.SealAsync(upload.Id);
        var now = time.GetUtcNow();
        var job = new Job
        {
            Id = upload.Id,
            UserId = upload.UserId,
            FileName = upload.FileName,
            ContentType = upload.ContentType,
            Preset = upload.Preset,
            Options = upload.Options,
            InputBytes = size,
            InputPath = MediaFolders.InputPath(upload.Id),
            OutputDirectory = MediaFolders.OutputDirectory(upload.Id),
            CreatedAt = now,
            UpdatedAt = now,
        };

        // From here on the client's leaving changes nothing: the file is whole.
        switch (await jobs.CreateAsync(job, options.Value.MaxQueuedJobs, CancellationToken.None))
        {
            case CreateJobStatus.QueueFull:
                throw new ProblemException(QueueFull());
            case CreateJobStatus.Exists:
                return (await jobs.FindAsync(job.Id, CancellationToken.None))!;
            default:
                metrics.Accepted(job.Preset.Name);
                LogAccepted(logger, job.Id, size, job.Preset.Name);
                return job;
        }
    }

    /// <summary>Who did not hear that the last body arrived asks again, with nothing more to send, and gets the job.</summary>
    private async Task<UploadProgress> FindFinishedAsync(Identity identity, string id, long offset, long? contentLength, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(id, cancellationToken) is not { } job || !string.Equals(job.UserId, identity.UserId, StringComparison.Ordinal))
            throw new ProblemException(NotFound());
        if (offset != job.InputBytes || contentLength is not 0)
            throw new ProblemException(Mismatch(job.InputBytes));

        return new UploadProgress(offset, job);
    }

    private async Task RemoveAsync(string id)
    {
        // No upload any more means that it became a job after all, whose input this is.
        if (await uploads.DeleteAsync(id, CancellationToken.None))
            await sweeper.CollectAsync(id, CancellationToken.None);
    }

    private Upload Check(Identity identity, UploadRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var name = FileNames.Clean(request.Filename);
        if (name is null)
            errors.Add("filename", ["Say what the file is called."]);
        if (request.Size is <= 0)
            errors.Add("size", ["The file must have at least one byte."]);

        var preset = DefaultPreset;
        if (request.Preset is { Length: > 0 } && !JobPreset.TryParse(request.Preset, out preset))
            errors.Add("preset", [$"There is no such preset. Choose one of: {string.Join(", ", JobPreset.All.Select(static each => each.Name))}."]);

        if (errors.Count > 0)
        {
            throw new ProblemException(new(422, ProblemCodes.ValidationFailed, "Some fields are not as they should be.") { Errors = errors, ClosesConnection = true });
        }

        if (!options.Value.Accepts(FileNames.Extension(name!)))
        {
            throw new ProblemException(new(415, ProblemCodes.UnsupportedFileType, $"Files of the kind '.{FileNames.Extension(name!)}' are not accepted here.")
            {
                ClosesConnection = true,
            });
        }

        var now = time.GetUtcNow();
        var choices = new TranscodeJobOptions { Thumbnail = request.Thumbnail ?? true, Preview = request.Preview ?? true };
        var type = request.ContentType is { Length: > 0 and <= 128 } given ? given : "application/octet-stream";
        return new Upload(Guid.CreateVersion7(now).ToString("N"), identity.UserId, name!, type, preset!, choices, request.Size, now, now);
    }

    private static Problem Mismatch(long here) =>
        new(409, ProblemCodes.OffsetMismatch, $"The upload stands at {here}; go on from there.") { UploadOffset = here, ClosesConnection = true };

    private static Problem NotFound() => new(404, ProblemCodes.UploadNotFound, "There is no such upload (any more).") { ClosesConnection = true };

    private static Problem QueueFull() =>
        new(503, ProblemCodes.QueueFull, "Too many jobs wait at the moment. Try again later.") { RetryAfter = TimeSpan.FromSeconds(30), ClosesConnection = true };

    [LoggerMessage(4001, LogLevel.Information, "Job {JobId} accepted: {Bytes} bytes, {Preset}")]
    private static partial void LogAccepted(ILogger logger, string jobId, long bytes, string preset);
}
