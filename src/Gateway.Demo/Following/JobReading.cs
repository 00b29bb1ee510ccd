namespace Gateway.Demo.Following;

/// <summary>One event of a job, as it came over the WebSocket.</summary>
internal sealed record JobReading(
    string Event, string Status, double Percent, string? Stage, double? Fps, double? Speed, double? EtaSeconds, string? ErrorCode, string? ErrorMessage)
{
    public const string Progress = "job:progress";
    public const string Complete = "job:complete";
    public const string Error = "job:error";

    public bool IsEnd => Event is Complete or Error;
}
