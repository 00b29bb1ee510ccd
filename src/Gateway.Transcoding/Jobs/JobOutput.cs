namespace Gateway.Transcoding.Jobs;

/// <summary>A file that a job left behind, complete and on disk.</summary>
public sealed record JobOutput(OutputKind Kind, string Path, long SizeBytes, string ContentType);
