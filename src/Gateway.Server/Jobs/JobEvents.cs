using System.Buffers;
using System.Globalization;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Jobs;

/// <summary>Names, rooms, keys and payloads (MessagePack maps) of what members of a job's rooms see.</summary>
internal static class JobEvents
{
    public const string Progress = "job:progress";
    public const string VideoProgress = "video:progress";
    public const string Complete = "job:complete";
    public const string Error = "job:error";

    public static string JobRoom(string jobId) => "job:" + jobId;

    public static string UserRoom(string userId) => "user:" + userId;

    /// <summary>
    /// One key an event name: were it one for both, a slow member of the room would see only the later of the two.
    /// </summary>
    public static string ConflationKey(string eventName, string jobId) =>
        eventName is VideoProgress ? "progress:video:" + jobId : "progress:" + jobId;

    public static string IdempotencyKey(Job job) => string.Create(CultureInfo.InvariantCulture, $"{job.Id}:{job.Attempt}:{job.Status.Name()}");

    /// <summary>{id, jobId, status, attempt, progress, stage, eta, etaSeconds, fps, speed}; eta in seconds, nil while unknown.</summary>
    public static ReadOnlyMemory<byte> ProgressPayload(string jobId, JobStatus status, int attempt, ProgressReading reading)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(10);
        WriteHead(ref writer, jobId, status, attempt, reading.Percent);
        writer.WriteString("stage");
        writer.WriteString(reading.Stage);
        writer.WriteString("eta");
        WriteNumber(ref writer, reading.EtaSeconds);
        writer.WriteString("etaSeconds");
        WriteNumber(ref writer, reading.EtaSeconds);
        writer.WriteString("fps");
        WriteNumber(ref writer, reading.Fps);
        writer.WriteString("speed");
        WriteNumber(ref writer, reading.Speed);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>{id, jobId, status, attempt, progress, filename, preset, error, outputBytes, durationSeconds, width, height}; error is nil or {code, message}.</summary>
    public static byte[] TerminalPayload(Job job)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(12);
        WriteHead(ref writer, job.Id, job.Status, job.Attempt, job.Progress);
        writer.WriteString("filename");
        writer.WriteString(job.FileName);
        writer.WriteString("preset");
        writer.WriteString(job.Preset.Name);
        writer.WriteString("error");
        WriteError(ref writer, job.Error);
        writer.WriteString("outputBytes");
        WriteInteger(ref writer, job.Result?.OutputBytes);
        writer.WriteString("durationSeconds");
        WriteNumber(ref writer, job.Result?.DurationSeconds);
        writer.WriteString("width");
        WriteInteger(ref writer, job.Result?.Width);
        writer.WriteString("height");
        WriteInteger(ref writer, job.Result?.Height);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Five entries. <c>id</c> and <c>jobId</c> are the same: the first for lists of videos, the second for rooms of users.</summary>
    private static void WriteHead(ref MessagePackWriter writer, string jobId, JobStatus status, int attempt, double progress)
    {
        writer.WriteString("id");
        writer.WriteString(jobId);
        writer.WriteString("jobId");
        writer.WriteString(jobId);
        writer.WriteString("status");
        writer.WriteString(status.Name());
        writer.WriteString("attempt");
        writer.WriteInt(attempt);
        writer.WriteString("progress");
        writer.WriteDouble(progress);
    }

    private static void WriteError(ref MessagePackWriter writer, JobFault? error)
    {
        if (error is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteMapHeader(2);
        writer.WriteString("code");
        writer.WriteString(error.Code);
        writer.WriteString("message");
        writer.WriteString(error.Message);
    }

    private static void WriteNumber(ref MessagePackWriter writer, double? value)
    {
        if (value is { } number)
            writer.WriteDouble(number);
        else
            writer.WriteNil();
    }

    private static void WriteInteger(ref MessagePackWriter writer, long? value)
    {
        if (value is { } number)
            writer.WriteInt(number);
        else
            writer.WriteNil();
    }
}
