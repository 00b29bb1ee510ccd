using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Storage.Sqlite;

/// <summary>The built-in database, <c>Gateway:Sqlite</c>.</summary>
internal sealed class SqliteOptions : IValidatableObject
{
    public const string SectionName = "Gateway:Sqlite";

    /// <summary>File in the data directory. Default <c>gateway.db</c>.</summary>
    public string FileName { get; set; } = "gateway.db";

    /// <summary>
    /// How long SQLite waits for another process that holds the database (a backup, an operator's shell). Default 5 s. Longer, and writes queue up
    /// behind it; zero, and such a moment becomes an error.
    /// </summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Reads at the same time; the others wait in line. Default 8: readers never block each other in WAL, the figure bounds threads.
    /// </summary>
    public int MaxReaders { get; set; } = 8;

    /// <summary>Writes that wait; a caller beyond waits for a place. Default 1,024.</summary>
    public int MaxQueuedWrites { get; set; } = 1024;

    /// <summary>
    /// Writes that share one transaction, and so one fsync, when they wait anyway. Default 64. More makes a failed commit fail more of them.
    /// </summary>
    public int MaxGroupedWrites { get; set; } = 64;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FileName.Length == 0 || FileName.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
            yield return new("FileName must be a plain file name.");
        if (BusyTimeout < TimeSpan.Zero || BusyTimeout > TimeSpan.FromMinutes(5))
            yield return new("BusyTimeout must be between 0 and 5 minutes.");
        if (MaxReaders is < 1 or > 256)
            yield return new("MaxReaders must be between 1 and 256.");
        if (MaxQueuedWrites < 1)
            yield return new("MaxQueuedWrites must be at least 1.");
        if (MaxGroupedWrites is < 1 or > 10_000)
            yield return new("MaxGroupedWrites must be between 1 and 10,000.");
    }
}
