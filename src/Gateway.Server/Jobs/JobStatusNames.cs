using System.Diagnostics.CodeAnalysis;

namespace Gateway.Server.Jobs;

internal static class JobStatusNames
{
    private static readonly string[] Names = ["queued", "running", "completed", "failed", "cancelled"];

    public static string Name(this JobStatus status) => Names[(int)status];

    public static bool HasEnded(this JobStatus status) => status >= JobStatus.Completed;

    public static bool TryParse([NotNullWhen(true)] string? name, out JobStatus status)
    {
        var index = Array.IndexOf(Names, name);
        status = (JobStatus)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>A name from our own database.</summary>
    public static JobStatus Parse(string name) =>
        TryParse(name, out var status) ? status : throw new InvalidDataException($"The database holds the unknown job status '{name}'.");
}
