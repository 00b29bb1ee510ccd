namespace Gateway.Server.Jobs;

/// <summary>What a completed job made, and its figures; JSON in the job's row and in its history.</summary>
internal sealed record StoredResult(
    IReadOnlyList<StoredOutput> Outputs,
    long OutputBytes,
    double? DurationSeconds,
    int? Width,
    int? Height,
    double ProcessingSeconds,
    double CompressionRatio)
{
    public StoredOutput? Find(string kind) => Outputs.FirstOrDefault(output => string.Equals(output.Kind, kind, StringComparison.Ordinal));

    /// <summary>Bytes of all files: what counts against the user's quota.</summary>
    public long TotalBytes => Outputs.Sum(static output => output.SizeBytes);
}
