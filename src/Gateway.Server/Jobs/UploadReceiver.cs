using System.Buffers;
using Gateway.Server.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Jobs;

/// <summary>Writes a body to an upload's file as it arrives: one buffer of memory, whatever the size. What arrived stays when the client leaves.</summary>
internal sealed class UploadReceiver(MediaFolders folders, IOptions<JobsOptions> options, JobsMetrics metrics)
{
    // A read of a busy socket brings tens of KiB; more only costs memory per upload.
    private const int BufferBytes = 64 * 1024;

    // ENOSPC and EDQUOT as .NET passes them on under Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL under Windows.
    private static readonly int[] DiskFullResults = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <param name="id">Whose lock the caller holds.</param>
    /// <param name="body">The bytes that follow those that are here.</param>
    /// <param name="offset">How many are here.</param>
    /// <param name="maxBytes">How many the file may have in the end; one more and the body is refused and undone.</param>
    /// <param name="cancellationToken">The client left.</param>
    /// <returns>How many are here now.</returns>
    /// <exception cref="ProblemException">Too large, no media, or no room on the disk.</exception>
    public async Task<long> ReceiveAsync(string id, Stream body, long offset, long maxBytes, CancellationToken cancellationToken)
    {
        folders.Create(id);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = Open(folders.Absolute(MediaFolders.InputPath(id)));
            file.Seek(offset, SeekOrigin.Begin);
            int count;
            while ((count = await ReadAsync(body, buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                if (file.Position + count > maxBytes)
                {
                    file.SetLength(offset);
                    throw new ProblemException(TooLarge(maxBytes));
                }

                // Not the client's token: a write that was begun is finished, so that no part of a chunk is lost.
                await file.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
                metrics.UploadedBytes(count);
                if (file.Position >= MediaSignature.HeadBytes && file.Position - count < MediaSignature.HeadBytes)
                    CheckType(id);
            }

            return file.Position;
        }
        catch (IOException exception) when (IsDiskFull(exception))
        {
            throw new ProblemException(DiskFull());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The file is whole: brings it to the disk.</summary>
    /// <exception cref="ProblemException">No media.</exception>
    public async Task SealAsync(string id)
    {
        CheckType(id);
        try
        {
            await using var file = Open(folders.Absolute(MediaFolders.InputPath(id)));
            file.Flush(flushToDisk: true);
        }
        catch (IOException exception) when (IsDiskFull(exception))
        {
            throw new ProblemException(DiskFull());
        }
    }

    /// <summary>Null when the disk has room for that many more bytes.</summary>
    public Problem? CheckSpace(long bytes) => folders.FreeBytes() - bytes < options.Value.MinFreeDiskBytes ? DiskFull() : null;

    public static Problem TooLarge(long maxBytes) =>
        new(413, ProblemCodes.TooLarge, $"The file may have at most {maxBytes} bytes.") { ClosesConnection = true };

    internal static bool IsDiskFull(IOException exception) => DiskFullResults.Contains(exception.HResult);

    private static Problem DiskFull() =>
        new(507, ProblemCodes.StorageFull, "The server has no room for this file at the moment.") { RetryAfter = TimeSpan.FromMinutes(1), ClosesConnection = true };

    /// <summary>A form that ends before its end is the client's fault, and no fault of the disk.</summary>
    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ProblemException(new(400, ProblemCodes.InvalidRequest, "The body ended before its end.") { ClosesConnection = true });
        }
    }

    private static FileStream Open(string path)
    {
        var settings = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            settings.UnixCreateMode = Storage.DataDirectory.PrivateFile;
        return new FileStream(path, settings);
    }

    private void CheckType(string id)
    {
        Span<byte> head = stackalloc byte[MediaSignature.HeadBytes];
        using var file = new FileStream(
            folders.Absolute(MediaFolders.InputPath(id)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (!MediaSignature.IsMedia(head[..count]))
        {
            throw new ProblemException(new(415, ProblemCodes.UnsupportedFileType, "The file's content is no video or audio that is accepted here.")
            {
                ClosesConnection = true,
            });
        }
    }
}
