using System.Globalization;
using System.Text;
using Gateway.Transcoding.Processes;
using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Workers;

/// <summary>
/// Where an attempt keeps what is not finished: <c>WORK/LEASE/result/</c>, renamed whole into the job's output directory at the end. Beside it
/// lies <c>WORK/LEASE.record</c>, made first and held locked while the attempt lives. The kernel drops the lock when the process dies, however it dies, so
/// a record that can be locked is one nobody owns; its lines name the children that may have outlived it:
/// <code>child PID START-TICKS PROGRAM</code>
/// </summary>
/// <remarks>Owned by one attempt. <see cref="RecordChild"/> is called by one stage at a time.</remarks>
internal sealed class AttemptDirectory : IDisposable
{
    public const string RecordExtension = ".record";
    private const string ResultPrefix = "result-";
    private const string IncomingPrefix = ".incoming-";

    private readonly FileStream _record;
    private readonly string _leaseId;
    private readonly ILogger _log;

    private AttemptDirectory(string path, string leaseId, FileStream record, ILogger log)
    {
        Root = path;
        _leaseId = leaseId;
        _record = record;
        _log = log;
    }

    public string Root { get; }

    /// <summary>What lies in here becomes the result.</summary>
    public string ResultDirectory => Path.Combine(Root, "result");

    public static AttemptDirectory Create(string workDirectory, string leaseId, ILogger log)
    {
        if (leaseId.Length is 0 or > 100 || !leaseId.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException($"The lease id '{leaseId}' cannot name a directory; it may hold letters, digits and '-' only.", nameof(leaseId));

        Directory.CreateDirectory(workDirectory);
        var root = Path.Combine(workDirectory, leaseId);
        var record = new FileStream(root + RecordExtension, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var directory = new AttemptDirectory(root, leaseId, record, log);
        try
        {
            Directory.CreateDirectory(directory.ResultDirectory);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public void RecordChild(ProcessIdentity child, string program)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"child {child.Pid} {child.StartTicks} {program}\n");
        _record.Write(Encoding.UTF8.GetBytes(line));
        _record.Flush();
    }

    /// <summary>
    /// Makes the result durable and moves it into place in one step; returns its new directory. Across file systems it is copied beside its
    /// place first.
    /// </summary>
    public string Publish(string outputDirectory)
    {
        FlushFiles(ResultDirectory);
        Directory.CreateDirectory(outputDirectory);
        var destination = Path.Combine(outputDirectory, ResultPrefix + _leaseId);
        try
        {
            Directory.Move(ResultDirectory, destination);
        }
        catch (IOException) when (!Directory.Exists(destination))
        {
            PublishAcrossFileSystems(outputDirectory, destination);
        }

        try
        {
            FlushDirectory(outputDirectory);
            return destination;
        }
        catch
        {
            Delete(destination, _log);
            throw;
        }
    }

    /// <summary>Removes what earlier attempts of the job left in its output directory (their worker died between moving and reporting).</summary>
    public static void DeleteOtherResults(string outputDirectory, string leaseId, ILogger log)
    {
        if (!Directory.Exists(outputDirectory))
            return;

        foreach (var directory in Directory.EnumerateDirectories(outputDirectory))
        {
            var name = Path.GetFileName(directory);
            if ((name.StartsWith(ResultPrefix, StringComparison.Ordinal) && name != ResultPrefix + leaseId)
                || name.StartsWith(IncomingPrefix, StringComparison.Ordinal))
            {
                Delete(directory, log);
            }
        }
    }

    /// <summary>Deletes a directory with all in it; a failure is logged, never thrown.</summary>
    public static bool Delete(string directory, ILogger log)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TranscodingLog.DeleteFailed(log, directory, error);
            return false;
        }
    }

    public void Dispose()
    {
        // The record goes last: what could not be deleted is swept later.
        if (Delete(Root, _log))
            File.Delete(_record.Name);

        _record.Dispose();
    }

    private void PublishAcrossFileSystems(string outputDirectory, string destination)
    {
        var incoming = Path.Combine(outputDirectory, IncomingPrefix + _leaseId);
        try
        {
            Directory.CreateDirectory(incoming);
            foreach (var file in Directory.EnumerateFiles(ResultDirectory))
                File.Copy(file, Path.Combine(incoming, Path.GetFileName(file)));

            FlushFiles(incoming);
            Directory.Move(incoming, destination);
        }
        catch
        {
            Delete(incoming, _log);
            throw;
        }
    }

    private static void FlushFiles(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }

        FlushDirectory(directory);
    }

    private static void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsWindows())
            LibC.FlushDirectory(directory);
    }
}
