namespace Gateway.Transcoding.Processes;

/// <summary>Where a program is. Looked up anew for each run, so installing ffmpeg needs no restart.</summary>
internal static class ToolPath
{
    /// <summary>The absolute path of a program given by path or by name; null when there is none.</summary>
    public static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return IsExecutable(program) ? Path.GetFullPath(program) : null;

        var names = OperatingSystem.IsWindows() ? new[] { program, program + ".exe" } : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(directory => names.Select(name => Path.Combine(directory, name)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != UnixFileMode.None);
    }
}
