namespace Gateway.Client.Http;

/// <summary>A video job.</summary>
/// <param name="Id">Its id; its room is <c>job:{id}</c>.</param>
/// <param name="Filename">The name the file had.</param>
/// <param name="Preset">What is made of it.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Attempt">Which attempt this is, from 1; 0 while it waits for its first.</param>
/// <param name="Progress">0 to 100.</param>
/// <param name="Stage">What is being done.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="InputBytes">Size of what was uploaded.</param>
/// <param name="OutputBytes">Size of what was made.</param>
/// <param name="DurationSeconds">Play time of what was made.</param>
/// <param name="Width">Width of what was made, in pixels.</param>
/// <param name="Height">Height of what was made, in pixels.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="StartedAt">When its work began.</param>
/// <param name="CompletedAt">When it ended.</param>
public sealed record JobInfo(
    string Id,
    string Filename,
    string Preset,
    string Status,
    int Attempt,
    double Progress,
    string? Stage,
    JobFailure? Error,
    long InputBytes,
    long? OutputBytes,
    double? DurationSeconds,
    int? Width,
    int? Height,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt);
