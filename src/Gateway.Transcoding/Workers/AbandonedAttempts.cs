using System.Globalization;
using Gateway.Transcoding.Processes;
using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Workers;

/// <summary>
/// Sweeps what processes left that died without cleaning up: their ffmpeg, if it still runs, and their unfinished files. Only what a
/// record names is touched (<see cref="AttemptDirectory"/>), so the directory may be shared by live processes and hold other things.
/// </summary>
internal static class AbandonedAttempts
{
    public static void Sweep(string workDirectory, ILogger log)
    {
        if (!Directory.Exists(workDirectory))
            return;

        var attempts = 0;
        var processes = 0;
        foreach (var path in Directory.EnumerateFiles(workDirectory, "*" + AttemptDirectory.RecordExtension))
        {
            try
            {
                using var record = TryOwn(path);
                if (record is null)
                    continue;

                processes += EndChildren(record);
                if (AttemptDirectory.Delete(path[..^AttemptDirectory.RecordExtension.Length], log))
                    File.Delete(path);

                attempts++;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                TranscodingLog.SweepFailed(log, path, error);
            }
        }

        if (attempts > 0)
            TranscodingLog.Swept(log, attempts, processes);
    }

    /// <summary>Null when its owner lives (the lock is taken) or swept it itself just now.</summary>
    private static FileStream? TryOwn(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int EndChildren(Stream record)
    {
        var ended = 0;
        using var reader = new StreamReader(record, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (TryParseChild(line, out var child, out var program) && child.IsRunning(program) && LibC.Signal(child.Pid, LibC.SigKill))
                ended++;
        }

        return ended;
    }

    private static bool TryParseChild(string line, out ProcessIdentity child, out string program)
    {
        child = default;
        program = "";
        if (line.Split(' ', 4) is not ["child", var pid, var ticks, var path]
            || !int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var pidNumber) || pidNumber <= 1
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var tickNumber))
        {
            return false;
        }

        child = new(pidNumber, tickNumber);
        program = path;
        return true;
    }
}
