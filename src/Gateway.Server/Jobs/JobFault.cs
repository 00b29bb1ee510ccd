namespace Gateway.Server.Jobs;

/// <summary>Why a job failed or was cancelled, as users may see it.</summary>
/// <param name="Code">One of <see cref="Gateway.Transcoding.Jobs.JobErrorCodes"/>.</param>
internal sealed record JobFault(string Code, string Message);
