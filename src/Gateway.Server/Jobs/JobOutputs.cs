namespace Gateway.Server.Jobs;

/// <summary>The names of a job's files in the API.</summary>
internal static class JobOutputs
{
    public const string Result = "result";
    public const string Thumbnail = "thumbnail";
    public const string Preview = "preview";

    public static bool IsKnown(string name) => name is Result or Thumbnail or Preview;
}
