namespace Gateway.Client.Http;

/// <summary>Why a job failed.</summary>
/// <param name="Code">A stable code.</param>
/// <param name="Message">A sentence for the user.</param>
public sealed record JobFailure(string Code, string Message);
